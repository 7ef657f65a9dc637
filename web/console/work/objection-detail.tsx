import { Alert, Button, Input, Skeleton, Space } from 'antd';
import { useEffect, useId, useState } from 'react';
import { ProblemError } from '../../shared/request.ts';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { Facts } from '../facts.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { Objection } from '../types.ts';
import { linkTo } from '../use-route.ts';
import { inWords, useText } from '../use-text.ts';
import type { DetailProps } from './work-drawer.tsx';
import { titleOf, type WorkItem } from './work-items.ts';

type Outcome = 'correct' | 'settle' | 'refuse';

/** What a person objected to or asked for, in her words, and the office's one answer. */
export const ObjectionDetail = ({
  item,
  onDone,
  onStale,
}: DetailProps & { item: Extract<WorkItem, { from: 'objection' }> }) => {
  const say = useText();
  const facts = useOfficeFacts();
  const textId = useId();
  const [objection, setObjection] = useState<Objection>();
  const [error, setError] = useState<unknown>();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState<Outcome>();
  useEffect(() => {
    api.objection(item.id).then(setObjection, setError);
  }, [item.id]);

  if (!objection) return error === undefined ? <Skeleton active /> : <Problem error={error} />;
  const answer = async (outcome: Outcome) => {
    if (outcome === 'refuse' && !reason) return setNeeded(true);
    setBusy(outcome);
    setError(undefined);
    try {
      await api.answerObjection(item.id, {
        outcome,
        ...(outcome === 'refuse' ? { reason } : {}),
        ...(text.trim() ? { text: text.trim() } : {}),
      });
      onDone(say('objection.done', { what: titleOf(item, facts, say) }));
    } catch (failure) {
      setError(failure);
      if (failure instanceof ProblemError && failure.code === 'conflict') onStale();
    } finally {
      setBusy(undefined);
    }
  };
  const agree: Outcome = objection.kind === 'wrong_field' ? 'correct' : 'settle';
  return (
    <>
      <Facts
        of={[
          [say('objection.person'), objection.person],
          [say('objection.where'), objection.where],
          [say('objection.words'), objection.words],
          [say('objection.app'), objection.of?.id],
          [
            say('decide.certificate'),
            objection.certificate && (
              <a href={linkTo('certificates', { id: objection.certificate })}>
                {say('decide.seeCertificate')}
              </a>
            ),
          ],
        ]}
      />
      <p className="small soft">{say('objection.read')}</p>
      {objection.own && <Alert type="info" showIcon title={say('objection.own')} data-testid="own" />}
      {objection.underWay && <Alert type="info" showIcon title={say('objection.underWay')} />}
      {!objection.own && !objection.underWay && (
        <section className="decide">
          <p>{say(`objection.means.${objection.kind}`)}</p>
          <div className="field">
            <label htmlFor={textId}>{say('objection.text')}</label>
            <Input.TextArea
              id={textId}
              value={text}
              onChange={({ target }) => setText(target.value)}
              maxLength={500}
              rows={3}
              data-testid="objection-text"
            />
          </div>
          <Choice
            label={say('objection.reason')}
            value={reason}
            onChange={(value) => {
              setReason(value);
              setNeeded(false);
            }}
            options={Object.entries(facts.reasons.objection ?? {}).map(([value, words]) => ({
              value,
              label: inWords(words),
            }))}
            placeholder={say('objection.reason.choose')}
            problem={needed ? say('objection.reason.choose') : undefined}
            testId="objection-reason"
          />
          {error !== undefined && <Problem error={error} />}
          <Space wrap>
            {([agree, 'refuse'] as const).map((outcome) => (
              <Button
                key={outcome}
                type={outcome === agree ? 'primary' : 'default'}
                danger={outcome === 'refuse'}
                loading={busy === outcome}
                disabled={busy !== undefined}
                onClick={() => void answer(outcome)}
                data-testid={outcome}
              >
                {say(`objection.${outcome}`)}
              </Button>
            ))}
          </Space>
        </section>
      )}
    </>
  );
};
