/**
 * Generates client types from an OpenAPI document. In a package of its own, as the generator needs its own TypeScript.
 */
import openapiTS, { astToString, type OpenAPI3, type OpenAPITSOptions } from 'openapi-typescript';

/** @returns the source of a module that exports `paths` for openapi-fetch's `createClient` */
export async function generateTypes(document: object, options: OpenAPITSOptions = {}): Promise<string> {
  return astToString(await openapiTS(document as OpenAPI3, options));
}
