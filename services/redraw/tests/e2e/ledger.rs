//! The life of jobs, as a model: whatever several workers do, crash and are late with, in any
//! order, the real ledger and a simple one in memory agree after every step.

mod model;
mod operation;
mod rows;
mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::model::Model;
use self::operation::Operation;
use self::rows::Row;
use self::world::World;
use crate::harness::Redraw;

const JOBS: usize = 3;
const WORKERS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn any_interleaving_of_workers_keeps_the_ledger_true_and_each_job_ends_once() {
    let redraw = Redraw::start().await;
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let lives = prop::collection::vec(operation::any(), 1..60);
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new_with_rng(config, random).run(&lives, |operations| {
            tokio::runtime::Handle::current().block_on(live(&redraw, &operations))
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    redraw.stop().await;
}

/// One life of a few jobs: the operations, then quiet times in which each must end.
async fn live(redraw: &Redraw, operations: &[Operation]) -> Result<(), TestCaseError> {
    let mut world = World::new(&redraw.parts).await;
    let mut model = Model::new();
    let mut before = world.rows().await;
    for operation in operations.iter().chain(&operation::quiet_times()) {
        let answer = world.apply(operation).await;
        model.apply(operation, &answer).map_err(TestCaseError::fail)?;
        let after = world.rows().await;
        prop_assert_eq!(&after, &model.rows(), "after {:?}", operation);
        for (before, after) in before.iter().zip(&after) {
            after.check(before).map_err(TestCaseError::fail)?;
        }
        before = after;
    }
    prop_assert!(before.iter().all(Row::has_ended), "{before:#?}");
    Ok(())
}
