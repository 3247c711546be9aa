/** Types for a client, generated from an OpenAPI document. Here, because the generator needs a TypeScript of its own. */
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** @returns the text of a module that exports `paths`, what `createClient` of openapi-fetch is typed by */
export async function generateTypes(document: object): Promise<string> {
  return astToString(await openapiTS(document as OpenAPI3));
}
