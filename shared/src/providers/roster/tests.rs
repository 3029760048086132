mod fake;
mod order;
mod parking;
