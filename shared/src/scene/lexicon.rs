//! What everyday words look like: the words the tolerant reader knows, English and Persian.

use super::Colour::{
    self, Black, Blue, Brown, Charcoal, Coral, DarkRed, ForestGreen, Gold, Grey, Lavender,
    LeafGreen, Lime, Magenta, Navy, Olive, Orange, Pink, Plum, Red, Sand, Silver, SkyBlue, Teal,
    Turquoise, Violet, White,
};

/// What a word adds to a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A colour, of the noun that follows it if one does.
    Hue(Colour),
    /// Something that fills the picture's upper part.
    Above(Colour),
    /// Something that fills the picture's lower part.
    Below(Colour),
    /// Something that stands on the ground.
    Thing(Colour),
    /// Something that hangs in the air.
    Aloft(Colour),
    /// Something strewn about.
    Strewn(Colour),
    /// Little light.
    Dark,
    /// Much light.
    Bright,
}

/// What this word (lower case, one or two words) means, in the singular or the plural.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    let find = |word: &str| {
        WORDS
            .iter()
            .find(|(words, _)| words.split(',').any(|known| known == word))
            .map(|(_, meaning)| *meaning)
    };
    Colour::named(word)
        .map(Meaning::Hue)
        .or_else(|| find(word))
        .or_else(|| find(word.strip_suffix("es")?))
        .or_else(|| find(word.strip_suffix('s')?))
}

const WORDS: &[(&str, Meaning)] = &[
    ("سیاه,مشکی", Meaning::Hue(Black)),
    ("gray,خاکستری,طوسی", Meaning::Hue(Grey)),
    ("نقره‌ای", Meaning::Hue(Silver)),
    ("cream,ivory,سفید", Meaning::Hue(White)),
    ("beige,tan,کرم", Meaning::Hue(Sand)),
    ("wooden,قهوه‌ای", Meaning::Hue(Brown)),
    ("maroon,crimson,burgundy,زرشکی", Meaning::Hue(DarkRed)),
    ("scarlet,سرخ,قرمز", Meaning::Hue(Red)),
    ("salmon,peach,مرجانی", Meaning::Hue(Coral)),
    ("rosy,صورتی", Meaning::Hue(Pink)),
    ("amber,نارنجی", Meaning::Hue(Orange)),
    ("yellow,golden,blond,زرد,طلایی", Meaning::Hue(Gold)),
    ("khaki,زیتونی", Meaning::Hue(Olive)),
    ("dark green", Meaning::Hue(ForestGreen)),
    ("green,سبز", Meaning::Hue(LeafGreen)),
    ("light green,bright green,مغز پسته‌ای", Meaning::Hue(Lime)),
    ("aqua,cyan,mint,فیروزه‌ای", Meaning::Hue(Turquoise)),
    ("light blue,pale blue", Meaning::Hue(SkyBlue)),
    ("آبی", Meaning::Hue(Blue)),
    ("dark blue,indigo,سرمه‌ای", Meaning::Hue(Navy)),
    ("lilac,mauve", Meaning::Hue(Lavender)),
    ("purple,بنفش", Meaning::Hue(Violet)),
    ("aubergine,dark purple,بادمجانی", Meaning::Hue(Plum)),
    ("fuchsia,ارغوانی", Meaning::Hue(Magenta)),
    ("sky,آسمان", Meaning::Above(SkyBlue)),
    ("cloud,cloudy,mist,misty,fog,foggy,rain,rainy,ابر,مه,باران", Meaning::Above(Silver)),
    ("storm,stormy,smoke,طوفان", Meaning::Above(Charcoal)),
    ("sunset,غروب", Meaning::Above(Coral)),
    ("sunrise,dawn,طلوع,سپیده", Meaning::Above(Pink)),
    ("dusk,twilight", Meaning::Above(Lavender)),
    ("night,evening,midnight,شب", Meaning::Above(Navy)),
    ("wall,ceiling,دیوار", Meaning::Above(White)),
    ("sea,ocean,river,دریا,اقیانوس,رود", Meaning::Below(Teal)),
    ("lake,water,pool,دریاچه,آب", Meaning::Below(Blue)),
    ("beach,sand,sandy,desert,dune,ساحل,بیابان,کویر", Meaning::Below(Sand)),
    ("grass,field,meadow,lawn,park,garden,چمن,دشت,باغ", Meaning::Below(LeafGreen)),
    ("forest,wood,tree,jungle,hill,جنگل,درخت,تپه", Meaning::Below(ForestGreen)),
    ("snow,snowy,ice,برف,یخ", Meaning::Below(White)),
    ("mountain,rock,stone,کوه,سنگ", Meaning::Below(Grey)),
    ("road,street,city,asphalt,جاده,خیابان,شهر", Meaning::Below(Charcoal)),
    ("table,floor,desk,earth,soil,میز,زمین,خاک", Meaning::Below(Brown)),
    ("wheat,harvest,گندم", Meaning::Below(Gold)),
    ("dog,horse,bear,cow,deer,bench,سگ,اسب,گاو", Meaning::Thing(Brown)),
    ("cat,fox,tiger,pumpkin,گربه,روباه", Meaning::Thing(Orange)),
    ("person,man,woman,child,boy,girl,people,مرد,زن,کودک", Meaning::Thing(DarkRed)),
    ("car,bus,apple,heart,strawberry,ماشین,سیب,قلب", Meaning::Thing(Red)),
    ("boat,ship,house,sheep,swan,plate,قایق,کشتی,خانه", Meaning::Thing(White)),
    ("flower,rose,blossom,گل", Meaning::Thing(Magenta)),
    ("banana,lemon,lamp,candle,موز,لیمو,شمع", Meaning::Thing(Gold)),
    ("elephant,bicycle,motorcycle,train,فیل,دوچرخه,قطار", Meaning::Thing(Charcoal)),
    ("sun,خورشید,آفتاب", Meaning::Aloft(Gold)),
    ("moon,ماه", Meaning::Aloft(White)),
    ("bird,raven,crow,plane,پرنده,هواپیما", Meaning::Aloft(Black)),
    ("balloon,kite,بادبادک", Meaning::Aloft(Red)),
    ("star,light,lantern,ستاره", Meaning::Strewn(Gold)),
    ("leaf,leave,برگ", Meaning::Strewn(Orange)),
    ("petal,شکوفه", Meaning::Strewn(Pink)),
    ("dark,black and white,shadow,gloomy,تاریک,سایه", Meaning::Dark),
    ("bright,sunny,daylight,روشن,آفتابی", Meaning::Bright),
];
