import type * as z from 'zod';
import type { Action } from '../../../preload/contract/roles.ts';
import type { ProblemCode } from './problems.ts';

/** What a request of the documentation sends; it is executed against the reference server by a test. */
export interface ExampleRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

/** One operation of the Provider API. Server route, typed client, OpenAPI document and conformance kit derive from it. */
export interface Endpoint {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Under `api_base`, with {name} parameters as in OpenAPI. */
  readonly path: string;
  /** Groups operations in the reference. */
  readonly tag: string;
  readonly summary: string;
  /** What an implementer has to know beyond the schemas; Markdown. */
  readonly description?: string;
  /** What the person must be allowed to do (requirements.md 3.0); else 403 role_not_allowed. */
  readonly action: Action;
  /** Path parameters; one object key for each {name} of the path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** Of a success; 200 where missing. */
  readonly status?: 200 | 201 | 202;
  /** Problems beyond those any operation, any write and any list may answer. */
  readonly problems?: readonly ProblemCode[];
  /**
   * On a GET: the answer has a strong ETag. On a write of the same path: If-Match with it is required, else 428, and
   * 412 where somebody else was first.
   */
  readonly versioned?: true;
  /** May take money: a client must never send it again under another key. */
  readonly spends?: true;
  readonly example?: ExampleRequest;
}
