//! Chance that can be had again.

/// `REDRAW_SEED`, to have the same chances again; else any. Says which.
pub fn seed() -> u128 {
    let given = std::env::var("REDRAW_SEED").ok();
    let seed = given.map_or_else(|| uuid::Uuid::new_v4().as_u128(), |seed| seed.parse().unwrap());
    println!("REDRAW_SEED={seed}");
    seed
}
