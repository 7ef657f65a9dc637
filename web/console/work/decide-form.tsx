import { Button, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import { Problem } from '../problem.tsx';
import { useText } from '../use-text.ts';

interface Props {
  /** What approving does, in a sentence; read before the button. */
  means: string;
  /** The field in which the reason for sending back is chosen or written. */
  reasonField(problem: string | undefined): ReactNode;
  hasReason: boolean;
  approve(): Promise<void>;
  sendBack(): Promise<void>;
  onFailed(): void;
}

/** Approve, or send back with a reason. One act at a time; a failure keeps what was chosen. */
export const DecideForm = ({ means, reasonField, hasReason, approve, sendBack, onFailed }: Props) => {
  const say = useText();
  const [isSendingBack, setSendingBack] = useState(hasReason);
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState<'approve' | 'sendBack'>();
  const [error, setError] = useState<unknown>();

  const run = async (which: 'approve' | 'sendBack', act: () => Promise<void>) => {
    setBusy(which);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure);
      onFailed();
    } finally {
      setBusy(undefined);
    }
  };

  const onSendBack = () => {
    if (!isSendingBack) return setSendingBack(true);
    setNeeded(!hasReason);
    if (hasReason) void run('sendBack', sendBack);
  };

  return (
    <section className="decide">
      <h3>{say('decide.means')}</h3>
      <p>{means}</p>
      {error !== undefined && <Problem error={error} />}
      {isSendingBack && reasonField(needed && !hasReason ? say('decide.needed') : undefined)}
      <Space wrap>
        {!isSendingBack && (
          <Button
            type="primary"
            loading={busy === 'approve'}
            disabled={busy !== undefined}
            onClick={() => run('approve', approve)}
            data-testid="approve"
          >
            {say('decide.approve')}
          </Button>
        )}
        <Button
          type={isSendingBack ? 'primary' : 'default'}
          danger={isSendingBack}
          loading={busy === 'sendBack'}
          disabled={busy !== undefined}
          onClick={onSendBack}
          data-testid="send-back"
        >
          {say('decide.sendBack')}
        </Button>
        {isSendingBack && (
          <Button disabled={busy !== undefined} onClick={() => setSendingBack(false)}>
            {say('app.cancel')}
          </Button>
        )}
      </Space>
    </section>
  );
};
