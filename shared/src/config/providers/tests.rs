mod keys;
mod lists;
