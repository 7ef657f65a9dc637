import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { useText } from '../use-text.ts';
import type { LookAnswer } from './desk.ts';
import { Values } from './values.tsx';

/** What the counter's item may see of the record, beside what the code itself says. */
export const LookPanel = ({ answer }: { answer: LookAnswer | 'asking' }) => {
  const say = useText();
  if (answer === 'asking')
    return (
      <p className="small soft" role="status" data-testid="look-asking">
        {say('look.asking')}
      </p>
    );
  if (answer.kind !== 'look')
    return (
      <Notice kind={answer.kind === 'problem' ? 'check' : 'offline'} testId={`look-${answer.kind}`}>
        <p>
          {answer.kind === 'problem'
            ? local(answer.problem.sentence ?? { zh: answer.problem.code, en: answer.problem.code })
            : say(`look.${answer.kind}`)}
        </p>
      </Notice>
    );
  const { fields = [], photo, verdict } = answer.look;
  if (verdict.outcome !== 'valid') return null;
  return (
    <section className="look" aria-labelledby="look-title" data-testid="look">
      <h2 id="look-title">{say('look.title')}</h2>
      <p className="small soft">{say('look.now')}</p>
      <Values fields={fields} photo={photo} prefix="look" />
      {fields.length === 0 && !photo && <p>{say('look.nothing')}</p>}
    </section>
  );
};
