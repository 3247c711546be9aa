/** Errors of core that a route words in its own way. */
import { AppError, type ErrorCode } from '../../errors.ts';

type Renames = Partial<Readonly<Record<ErrorCode, (error: AppError) => AppError>>>;

/** @throws what `work` throws, or the error that `renames` makes of its code */
export async function renameErrors<T>(work: Promise<T>, renames: Renames): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw renames[error.code]?.(error) ?? error;
  }
}

/** @returns null where `work` throws an error with that code */
export async function nullOn<T>(code: ErrorCode, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === code) return null;
    throw error;
  }
}
