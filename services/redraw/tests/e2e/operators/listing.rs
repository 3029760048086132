//! The list: its filters, its pages, and what is not in it.

use super::{OWNER, Run, jpeg};

#[tokio::test]
async fn requests_are_found_by_address_and_status_newest_first_and_without_an_address() {
    let run = Run::start().await;
    let done = run.redraw.register(jpeg(1), OWNER).await;
    run.redraw.finished(&done).await;
    run.redraw.hold_work().await;
    let mine = run.redraw.register(jpeg(2), "Owner@Example.com").await;
    let other = run.redraw.register(jpeg(3), "other@example.com").await;

    assert_eq!(run.ids("").await, [&*other, &mine, &done]);
    assert_eq!(run.ids("?email=OWNER%40example.com").await, [&*mine, &done]);
    assert_eq!(run.ids("?email=other%40example.com").await, [&*other]);
    assert_eq!(run.ids("?email=owner").await, [""; 0]);
    assert_eq!(run.ids("?email=%25").await, [""; 0]);
    assert_eq!(run.ids("?status=pending").await, [&*other, &mine]);
    assert_eq!(run.ids("?status=done&email=owner%40example.com").await, [&*done]);
    assert_eq!(run.ids("?status=failure").await, [""; 0]);
    assert_eq!(run.ids("?dead=true").await, [""; 0]);

    let page = run.listed("?status=done").await;
    let request = &page["requests"][0];
    assert_eq!((&request["status"], &request["version"]), (&"done".into(), &3.into()));
    assert!(request["caption"].as_str().unwrap().len() > 10);
    let kinds: Vec<_> =
        request["jobs"].as_array().unwrap().iter().map(|job| &job["kind"]).collect();
    assert_eq!(kinds, ["caption", "generate", "notify"]);
    assert_eq!(
        (&request["jobs"][0]["state"], &request["jobs"][0]["attempt"]),
        (&"finished".into(), &1.into())
    );
    let all = run.listed("").await.to_string().to_lowercase();
    assert!(!all.contains("example.com") && !all.contains("owner"), "{all}");
    run.redraw.stop().await;
}

#[tokio::test]
async fn an_address_that_can_be_none_is_refused() {
    let run = Run::start().await;
    for email in ["%00", "owner%00@example.com", "owner@example.com%0A", "%7F"] {
        let answer = run.list(&format!("?email={email}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{email}");
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "parameter_malformed");
    }
    run.redraw.stop().await;
}

#[tokio::test]
async fn the_dead_are_found_unless_they_were_deleted() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(run.redraw.register(jpeg(number), OWNER).await);
    }
    let [alive, dead, deleted] = &ids[..] else { panic!() };
    run.redraw.execute(&format!("update jobs set state = 'dead' where subject = '{dead}'")).await;
    let url = format!("{}/api/v1/request/{deleted}", run.redraw.url);
    assert_eq!(run.redraw.client.delete(url).send().await.unwrap().status(), 204);
    assert_eq!(run.ids("?dead=true").await, [&**dead]);
    assert_eq!(run.ids("?dead=true&email=owner%40example.com").await, [&**dead]);
    assert_eq!(run.ids("?dead=true&status=done").await, [""; 0]);
    assert_eq!(run.ids("?dead=false").await, [&**deleted, dead, alive]);
    assert_eq!(run.ids("?email=owner%40example.com").await, [&**dead, alive]);
    run.redraw.stop().await;
}

#[tokio::test]
async fn pages_follow_each_other_and_leave_nobody_out() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.insert(0, run.redraw.register(jpeg(number), OWNER).await);
    }
    for filter in [
        "",
        "&email=owner%40example.com",
        "&status=pending",
        "&status=pending&email=owner%40example.com",
    ] {
        let (mut seen, mut before) = (Vec::new(), String::new());
        for full in [2, 2, 1] {
            let query = format!("?limit=2{filter}{before}");
            let found = run.ids(&query).await;
            assert_eq!(found.len(), full, "{query}");
            seen.extend(found);
            let next = &run.listed(&query).await["before"];
            assert_eq!(next.as_str().is_none(), seen.len() == 5, "{query}");
            before = format!("&before={}", next.as_str().unwrap_or_default());
        }
        assert_eq!(seen, ids);
    }
    for bad in ["limit=0", "limit=101", "limit=x", "before=x", "status=lost", "dead=perhaps"] {
        let answer = run.list(&format!("?{bad}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{bad}");
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "parameter_malformed", "{bad}");
    }
    run.redraw.stop().await;
}

/// A page looks at a thousand entries of one index: with two filters it may find few or none, and
/// says where to go on.
#[tokio::test]
async fn a_page_that_finds_nothing_among_a_thousand_says_where_to_go_on() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    let oldest = run.redraw.register(jpeg(1), OWNER).await;
    let many = "insert into requests (id, email, status, language, image_key, image_media_type, \
        image_bytes, body_hash) select ('fffffffe-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, \
        'owner@example.com', 'done', 'en', 'none', 'image/png', 1, '' from generate_series(1, 1500) n";
    assert_eq!(run.redraw.execute(many).await, 1500);
    let query = "?status=pending&email=owner%40example.com";
    let first = run.listed(query).await;
    assert_eq!(first["requests"].as_array().unwrap().len(), 0);
    let before = first["before"].as_str().unwrap();
    let second = run.listed(&format!("{query}&before={before}")).await;
    assert_eq!(second["requests"][0]["id"].as_str(), Some(&*oldest));
    assert_eq!(second["before"].as_str(), None);
    run.redraw.stop().await;
}
