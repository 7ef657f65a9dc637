import { ServiceError } from '../../errors.ts';

/** The answer, or 'too_many' once the budget of tries is used up. */
export const unlessTooMany = async <T>(work: () => Promise<T>): Promise<T | 'too_many'> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'too_many_requests') return 'too_many';
    throw error;
  }
};
