//! The builtin captioner: no model, honest arithmetic. It measures a picture and says what it
//! measured in the one sentence of [`Scene`].

mod accent;
mod ground;
mod mask;
mod subject;
mod thumbnail;

use image::RgbImage;
use shared::scene::{Ground, Orientation, Scene};

use subject::Found;
use thumbnail::Thumbnail;

/// How far the lightness that the sentence implies may be from the one measured, of 1.
const LIGHT_TOLERANCE: f32 = 0.15;

/// Describes a picture of any size. The time it takes does not depend on the size: a few hundred
/// thousand pixels are looked at.
#[must_use]
pub fn describe(picture: &RgbImage) -> Scene {
    let orientation = Orientation::of(picture.width(), picture.height());
    let thumbnail = Thumbnail::of(picture);
    let (scene, found) = read(&thumbnail, orientation, None);
    match found {
        // A large subject hides the ground it stands on: look again without it.
        Some(found) => read(&thumbnail, orientation, Some(&found)).0,
        None => scene,
    }
}

/// The most telling scene that also tells the light truly, and its subject. The ground is read
/// beside what has been found already.
fn read(
    thumbnail: &Thumbnail,
    orientation: Orientation,
    beside: Option<&Found>,
) -> (Scene, Option<Found>) {
    let lightness = thumbnail.lightness();
    ground::readings(thumbnail, beside.map(|found| &found.mask))
        .into_iter()
        .map(|ground| look(thumbnail, orientation, ground))
        .find(|(scene, _)| (scene.lightness() - lightness).abs() <= LIGHT_TOLERANCE)
        .unwrap_or_else(|| {
            // Too busy for its main colours to stand for it: its mean is what one sees from afar.
            let mean = Ground::Plain(ground::name(thumbnail.mean()));
            (Scene::new(orientation, mean, None, None), None)
        })
}

/// What lies on this ground.
fn look(thumbnail: &Thumbnail, orientation: Orientation, ground: Ground) -> (Scene, Option<Found>) {
    let ground = Scene::new(orientation, ground, None, None).ground();
    let found = subject::find(thumbnail, ground);
    let subject = found.as_ref().map(|found| found.subject);
    let accent = accent::find(thumbnail, ground, found.as_ref());
    (Scene::new(orientation, ground, accent, subject), found)
}

#[cfg(test)]
mod tests;
