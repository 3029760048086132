-- What is to be erased by age is found without reading what is young, running or erased already.
create index requests_to_expire on requests (updated_at)
    where status in ('done', 'failure') and erased_at is null;
