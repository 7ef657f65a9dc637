import { Alert, Button, Space } from 'antd';
import { useState } from 'react';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { useDraft } from '../drafts.ts';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { TextKey } from '../texts.ts';
import type { ReasonGroup } from '../types.ts';
import { inWords, useText } from '../use-text.ts';

interface Props {
  certificate: string;
  verb: string;
  onCancel(): void;
  onDone(outcome: { title: string; text: string }): void;
}

const hasOwnWords = (verb: string) => ['suspend', 'resume', 'revoke'].includes(verb);

/** A reason, what the act does, and the act. Sent again after a failure it is the same proposal. */
export const ActForm = ({ certificate, verb, onCancel, onDone }: Props) => {
  const say = useText();
  const { reasons } = useOfficeFacts();
  const [reason, setReason] = useDraft(`act ${verb} ${certificate}`);
  const [key] = useState(() => crypto.randomUUID());
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = say(`act.${verb}` as TextKey);
  const given = Object.entries(reasons[verb as ReasonGroup] ?? {});

  const submit = async () => {
    setNeeded(reason === '');
    if (reason === '') return;
    setBusy(true);
    setError(undefined);
    try {
      const { state } = await api.propose(certificate, verb, reason, key);
      setReason('');
      onDone({
        title: say('act.done', { verb: name }),
        text: say(state === 'done' ? 'act.done.now' : 'act.done.waits'),
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
        title={say('act.means')}
        description={
          <>
            <p>{say((hasOwnWords(verb) ? `act.means.${verb}` : 'act.means.other') as TextKey)}</p>
            <p>{say('act.two')}</p>
          </>
        }
      />
      <Choice
        label={say('act.reason')}
        value={reason}
        onChange={setReason}
        placeholder={say('act.choose')}
        options={given.map(([value, text]) => ({ value, label: inWords(text) }))}
        problem={needed && reason === '' ? say('act.needed') : undefined}
        testId="act-reason"
      />
      {error !== undefined && <Problem error={error} />}
      <Space wrap>
        <Button
          type="primary"
          danger={verb === 'revoke'}
          loading={busy}
          onClick={submit}
          data-testid="act-submit"
        >
          {say('act.submit', { verb: name })}
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          {say('app.cancel')}
        </Button>
      </Space>
    </div>
  );
};
