create table requests (
    id                   uuid primary key,
    email                text,
    status               text not null check (status in ('pending', 'ready', 'done', 'failure')),
    image_caption        text,
    new_image_url        text,
    language             text not null check (language in ('en', 'fa')),
    image_key            text not null,
    image_media_type     text not null,
    image_bytes          bigint not null,
    new_image_key        text,
    new_image_media_type text,
    new_image_bytes      bigint,
    version              bigint not null default 1,
    error_code           text,
    error_text           text,
    idempotency_key      text unique,
    body_hash            bytea not null,
    erased_at            timestamptz,
    swept_at             timestamptz,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now()
);

comment on table requests is 'What a person registered. Other programs read the first five columns.';
comment on column requests.id is 'UUIDv7; knowing it is the right to see the request';
comment on column requests.email is 'where the link goes; null once erased';
comment on column requests.status is 'what the person sees';
comment on column requests.image_caption is 'one sentence; null until a model has looked';
comment on column requests.new_image_url is 'where anyone may see the new picture; null until it is stored';
comment on column requests.language is 'of the mail';
comment on column requests.image_key is 'object in the private bucket';
comment on column requests.image_media_type is 'by its bytes, not by what the sender said';
comment on column requests.image_bytes is 'size of the stored object';
comment on column requests.new_image_key is 'object in the public bucket';
comment on column requests.new_image_media_type is 'by its bytes';
comment on column requests.new_image_bytes is 'size of the stored object';
comment on column requests.version is 'grows by one with each change a person can see';
comment on column requests.error_code is 'stable; set with status failure';
comment on column requests.error_text is 'one sentence for people; set with status failure';
comment on column requests.idempotency_key is 'what the sender called this submission; null once forgotten';
comment on column requests.body_hash is 'SHA-256 of address, language and picture, to tell a replay from a clash';
comment on column requests.erased_at is 'when its owner asked for it to be forgotten';
comment on column requests.swept_at is 'when the last of its pictures was seen to be gone';

create index requests_to_sweep on requests (erased_at) where erased_at is not null and swept_at is null;
create index requests_with_key on requests (created_at) where idempotency_key is not null;

create table jobs (
    id           uuid primary key,
    kind         text not null,
    subject      uuid not null,
    state        text not null default 'queued'
                 check (state in ('queued', 'running', 'finished', 'dead')),
    attempt      integer not null default 0,
    run_at       timestamptz not null default now(),
    lease        uuid,
    leased_until timestamptz,
    last_error   text,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    unique (subject, kind),
    check ((state = 'running') = (lease is not null)),
    check ((state = 'running') = (leased_until is not null))
);

comment on table jobs is 'Units of work. One of a kind on a subject, so nothing is done twice by being asked twice.';
comment on column jobs.id is 'UUIDv7; names the Message-ID and the new picture, so that doing it again makes the same thing';
comment on column jobs.kind is 'which worker takes it';
comment on column jobs.subject is 'what it is about, such as a request';
comment on column jobs.state is 'dead: given up, cancelled or failed for good';
comment on column jobs.attempt is 'attempts begun that count';
comment on column jobs.run_at is 'not before';
comment on column jobs.lease is 'who may write the result; a new token for each attempt';
comment on column jobs.leased_until is 'when a silent worker has lost it';
comment on column jobs.last_error is 'code of what went wrong last';

-- Claiming reads only what is due, so it costs the same beside ten million finished jobs.
create index jobs_due on jobs (kind, run_at) where state = 'queued';
create index jobs_leased on jobs (kind, leased_until) where state = 'running';

create table attempts (
    id         bigint generated always as identity primary key,
    job        uuid not null references jobs (id) on delete cascade,
    subject    uuid not null,
    kind       text not null,
    number     integer not null,
    worker     text not null,
    started_at timestamptz not null default now(),
    ended_at   timestamptz,
    outcome    text not null default 'running'
               check (outcome in ('running', 'finished', 'retry', 'released', 'expired', 'failed')),
    provider   text,
    model      text,
    error_code text,
    check ((outcome = 'running') = (ended_at is null))
);

comment on table attempts is 'Tries at jobs: the timeline of a request.';
comment on column attempts.number is 'the job''s attempt counter when it began';
comment on column attempts.worker is 'host and process';
comment on column attempts.outcome is 'released and expired: handed back, by a polite and by a dead worker';
comment on column attempts.provider is 'who did the seeing or painting';
comment on column attempts.error_code is 'stable code of what went wrong; never a message, which could hold a secret';

create index attempts_of_subject on attempts (subject, id);
create index attempts_open on attempts (job) where ended_at is null;
create index attempts_finished on attempts (kind, ended_at) where outcome = 'finished';
