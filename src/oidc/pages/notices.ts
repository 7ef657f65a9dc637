/** What stands above a form when it could not be taken. */
import type { Text } from '../../http/index.ts';
import { factorWords } from './factor-words.ts';
import { words } from './words.ts';

/** What stands above the form when something is to be said. */
export interface Notice {
  strong: Text;
  advice?: Text;
  kind: 'wrong' | 'check';
}

export const wrongNotice: Notice = { kind: 'wrong', strong: words.wrong, advice: words.wrongAdvice };
export const tooManyNotice: Notice = { kind: 'wrong', strong: words.tooMany, advice: words.tooManyAdvice };
export const oldFormNotice: Notice = { kind: 'check', strong: words.oldForm, advice: words.oldFormAdvice };
export const wrongCodeNotice: Notice = {
  kind: 'wrong',
  strong: factorWords.wrongCode,
  advice: factorWords.wrongCodeAdvice,
};
export const tooOftenNotice: Notice = {
  kind: 'wrong',
  strong: factorWords.tooOften,
  advice: factorWords.tooOftenAdvice,
};
export const wrongPasskeyNotice: Notice = {
  kind: 'wrong',
  strong: factorWords.wrongPasskey,
  advice: factorWords.wrongPasskeyAdvice,
};
export const wrongPasswordNotice: Notice = { kind: 'wrong', strong: words.wrong };
