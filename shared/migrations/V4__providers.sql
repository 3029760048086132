-- What asking a provider cost, and what is not known of it.
alter table jobs add unknown_outcomes integer not null default 0;

comment on column jobs.unknown_outcomes is 'attempts that may have been paid for and brought nothing';

alter table attempts
    add latency_seconds     double precision,
    add provider_request_id text,
    add usage               jsonb,
    add failed_providers        text[] not null default '{}';

comment on column attempts.latency_seconds is 'how long the provider took, of the attempt''s whole time';
comment on column attempts.provider_request_id is 'what the provider calls the call, for its support';
comment on column attempts.usage is 'as far as the provider says: input_tokens, output_tokens, cost_usd';
comment on column attempts.failed_providers is 'providers that were asked and failed, in their order: name: code';
