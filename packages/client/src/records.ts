/** Changes of immutable records and lists. Each returns its argument if there is nothing to change. */

export type Entries<Value> = Readonly<Record<string, Value>>;

export function withEntry<Value>(record: Entries<Value>, key: string, value: Value): Entries<Value> {
  return record[key] === value ? record : { ...record, [key]: value };
}

export function withoutEntry<Value>(record: Entries<Value>, key: string): Entries<Value> {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}

/** With the entry changed, if there is one. */
export function changeEntry<Value>(
  record: Entries<Value>,
  key: string,
  change: (value: Value) => Value,
): Entries<Value> {
  const value = record[key];
  return value === undefined ? record : withEntry(record, key, change(value));
}

export function mapEntries<Value>(
  record: Entries<Value>,
  change: (value: Value, key: string) => Value,
): Entries<Value> {
  let changed = record;
  for (const [key, value] of Object.entries(record)) changed = withEntry(changed, key, change(value, key));
  return changed;
}

export function mapItems<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let isChanged = false;
  const changed = items.map((item) => {
    const next = change(item);
    if (next !== item) isChanged = true;
    return next;
  });
  return isChanged ? changed : items;
}

export function filterItems<Item>(items: readonly Item[], keep: (item: Item) => boolean): readonly Item[] {
  const kept = items.filter(keep);
  return kept.length === items.length ? items : kept;
}

/** With these fields; the very same object if it has them already. */
export function withFields<Value extends object>(value: Value, fields: Partial<Value>): Value {
  const isSame = Object.entries(fields).every(([name, field]) => value[name as keyof Value] === field);
  return isSame ? value : { ...value, ...fields };
}
