/** Moves schemas with a title to `components.schemas` and replaces them by references. */

type Json = { [key: string]: unknown };

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * The document with references in place of titled schemas, and those schemas.
 * @throws an Error if two different schemas have the same title
 */
export function withComponents<T>(document: T): { document: T; schemas: Record<string, unknown> } {
  const schemas: Record<string, unknown> = {};

  function lift(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(lift);
    if (typeof value !== 'object' || value === null) return value;
    const lifted: Json = {};
    for (const [key, member] of Object.entries(value)) lifted[key] = DATA.has(key) ? member : lift(member);
    return isTitledSchema(lifted) ? reference(lifted) : lifted;
  }

  function reference(schema: Json & { title: string }): Json {
    const known = schemas[schema.title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two different schemas have the title ${schema.title}`);
    schemas[schema.title] = schema;
    return { $ref: `#/components/schemas/${schema.title}` };
  }

  return { document: lift(document) as T, schemas };
}

function isTitledSchema(value: Json): value is Json & { title: string } {
  return typeof value.title === 'string' && ('type' in value || 'anyOf' in value || 'oneOf' in value);
}
