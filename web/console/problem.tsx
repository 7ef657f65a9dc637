import { Alert, Button } from 'antd';
import { ProblemError, UnreachableError } from '../shared/request.ts';
import type { TextKey } from './texts.ts';
import { inWords, useText } from './use-text.ts';

/** Codes whose sentence is better said for an official; the rest say what the server says. */
const sentences: Record<string, TextKey> = {
  second_person_needed: 'problem.second',
  proposal_ended: 'problem.ended',
  certificate_state: 'problem.state',
  not_found: 'problem.gone',
  forbidden: 'problem.role',
  not_in_register: 'problem.register',
};

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong and what to do; the code stands small below, for the help desk. */
export const Problem = ({ error, onRetry }: Props) => {
  const say = useText();
  const problem = error instanceof ProblemError ? error : undefined;
  const known = problem && sentences[problem.code];
  const sentence =
    error instanceof UnreachableError
      ? say('problem.unreachable')
      : known
        ? say(known)
        : inWords(problem?.sentence, say('problem.unknown'));
  return (
    <Alert
      type="error"
      showIcon
      data-testid="problem"
      title={sentence}
      description={problem && <span className="small soft">{say('app.code', { code: problem.code })}</span>}
      action={onRetry && <Button onClick={onRetry}>{say('app.retry')}</Button>}
    />
  );
};
