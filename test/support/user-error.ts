import { expect } from 'vitest';
import { UserError } from '../../src/model/errors.ts';

/** The UserError with which a promise rejects; fails the test for anything else. */
export async function userErrorOf(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}
