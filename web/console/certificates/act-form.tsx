import { Alert, Button, Space } from 'antd';
import { useState } from 'react';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { useDraft } from '../drafts.ts';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import { isTextKey } from '../texts.ts';
import type { Act } from '../types.ts';
import { inWords, useText } from '../use-text.ts';
import { verbText } from '../work/work-items.ts';

/** What cannot be taken back. */
export const isFinal = (verb: string): boolean =>
  ['revoke', 'withdraw', 'cancel', 'lapse', 'move_out', 'other'].includes(verb);

interface Props {
  certificate: string;
  act: Act;
  onCancel(): void;
  onDone(outcome: { title: string; text: string }): void;
}

/** What the act does, a reason, and the act. Sent again after a failure it is the same proposal. */
export const ActForm = ({ certificate, act, onCancel, onDone }: Props) => {
  const say = useText();
  const { reasons } = useOfficeFacts();
  const { verb, alone } = act;
  const [reason, setReason] = useDraft(`act ${verb} ${certificate}`);
  const [key] = useState(() => crypto.randomUUID());
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = verbText({ verb }, say);
  const means = `means.${verb}`;
  const given = Object.entries(act.reasons ?? reasons[verb] ?? {});
  const asksReason = verb !== 'card_lost';

  const submit = async () => {
    const isMissing = asksReason && reason === '';
    setNeeded(isMissing);
    if (isMissing) return;
    setBusy(true);
    setError(undefined);
    try {
      if (asksReason) await api.propose(certificate, verb, reason, key);
      else await api.cardLost(certificate);
      setReason('');
      onDone({
        title: say('act.done', { verb: name }),
        text: say(alone ? 'act.done.now' : 'act.done.waits'),
      });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <div className="act" data-testid="act-form">
      <Alert
        type="warning"
        showIcon
        title={say('act.means', { verb: name })}
        description={
          <>
            <p>{say(isTextKey(means) ? means : 'means.unknown')}</p>
            <p>{say(alone ? 'act.alone' : 'act.two')}</p>
          </>
        }
      />
      {asksReason && (
        <Choice
          label={say('act.reason')}
          value={reason}
          onChange={setReason}
          placeholder={say('act.choose')}
          options={given.map(([value, text]) => ({ value, label: inWords(text) }))}
          problem={needed && reason === '' ? say('act.needed') : undefined}
          testId="act-reason"
        />
      )}
      {error !== undefined && <Problem error={error} />}
      <Space wrap>
        <Button
          type="primary"
          danger={isFinal(verb)}
          loading={busy}
          onClick={submit}
          data-testid="act-submit"
        >
          {say(alone ? 'act.do' : 'act.submit', { verb: name })}
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          {say('app.cancel')}
        </Button>
      </Space>
    </div>
  );
};
