-- 8 KiB of JSON take more as jsonb: a number of one digit takes twelve bytes.
alter table accounts
  drop constraint accounts_settings_check,
  add constraint accounts_settings_check
    check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) <= 131072);
