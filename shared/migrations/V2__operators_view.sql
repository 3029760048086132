-- What an operator asks for, at the same cost beside ten rows and ten million.
create index requests_of_address on requests (lower(email), id) where email is not null;
create index requests_by_status on requests (status, id);
create index jobs_dead on jobs (subject) where state = 'dead';

-- An operator can put back a job that is dead; it then begins a second story. The attempts of the
-- first stay in the timeline, but are no job's any more; nor are those of the mail that told it,
-- whose job goes, so that the new ending is told by another.
alter table attempts alter job drop not null;
alter table attempts drop constraint attempts_job_fkey,
    add constraint attempts_job_fkey foreign key (job) references jobs (id) on delete set null;
comment on column attempts.job is 'null: of a story before an operator put the job back';

-- Deleting a job looks for its attempts, the ended ones too.
create index attempts_of_job on attempts (job);
drop index attempts_open;
