import { Alert, Button, Checkbox, Input, Modal, Space } from 'antd';
import { useId, useState } from 'react';
import { formatTime } from '../../shared/format.ts';
import { Choice } from '../choice.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import { inWords, useText } from '../use-text.ts';
import { countersApi, type Item, type MadeCode } from './counters-api.ts';

/** Read out or typed at the device; shown once. */
export const CodeModal = ({ made, onClose }: { made: MadeCode | undefined; onClose(): void }) => {
  const say = useText();
  return (
    <Modal
      open={made !== undefined}
      onCancel={onClose}
      title={say('counter.code.title')}
      footer={<Button onClick={onClose}>{say('app.close')}</Button>}
    >
      <div className="offer" data-testid="code">
        <p>
          <strong className="code">{made?.code}</strong>
        </p>
        <p>{say('counter.code.text')}</p>
        <p className="soft number">
          {made && say('counter.code.until', { time: formatTime(made.code_until) })}
        </p>
      </div>
    </Modal>
  );
};

interface AddProps {
  open: boolean;
  items: readonly Item[];
  onClose(): void;
  onMade(made: MadeCode): void;
}

export const AddModal = ({ open, items, onClose, onMade }: AddProps) => {
  const say = useText();
  const { office, units } = useOfficeFacts();
  const id = useId();
  const [name, setName] = useState('');
  const [unit, setUnit] = useState(office.unit.id);
  const [chosen, setChosen] = useState<string[]>([]);
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    const ready = name.trim() !== '' && chosen.length > 0;
    setNeeded(!ready);
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    try {
      onMade(await countersApi.add({ name: name.trim(), unit, items: chosen }));
      setName('');
      setChosen([]);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={say('counter.add')}
      destroyOnHidden
      footer={
        <Space wrap>
          <Button onClick={onClose}>{say('app.close')}</Button>
          <Button type="primary" loading={busy} onClick={submit} data-testid="add-do">
            {say('counter.add')}
          </Button>
        </Space>
      }
    >
      <div className="act">
        {error !== undefined && <Problem error={error} />}
        {needed && <Alert type="warning" showIcon title={say('counter.missing')} />}
        <div className="field">
          <label htmlFor={id}>{say('counter.name')}</label>
          <Input
            id={id}
            value={name}
            maxLength={40}
            onChange={({ target }) => setName(target.value)}
            placeholder={say('counter.name.hint')}
            data-testid="add-name"
          />
        </div>
        <Choice
          label={say('counter.unit')}
          value={unit}
          onChange={setUnit}
          options={[...units].map(([value, text]) => ({ value, label: inWords(text, value) }))}
        />
        <fieldset className="choices" data-testid="add-items">
          <legend>{say('counter.items')}</legend>
          <Checkbox.Group
            value={chosen}
            onChange={setChosen}
            options={items.map(({ code, name: text }) => ({ value: code, label: inWords(text, code) }))}
          />
        </fieldset>
      </div>
    </Modal>
  );
};

const reasons = ['device_lost', 'device_replaced', 'counter_closed', 'misuse'] as const;

export const RevokeModal = ({
  counter,
  onClose,
  onDone,
}: {
  counter: string | undefined;
  onClose(): void;
  onDone(): void;
}) => {
  const say = useText();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const revoke = async () => {
    if (counter === undefined || reason === '') return;
    try {
      await countersApi.revoke(counter, reason);
      setReason('');
      onDone();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Modal
      open={counter !== undefined}
      onCancel={onClose}
      title={say('counter.revoke.title')}
      footer={
        <Space wrap>
          <Button onClick={onClose}>{say('app.cancel')}</Button>
          <Button danger type="primary" disabled={reason === ''} onClick={revoke} data-testid="revoke-do">
            {say('counter.revoke')}
          </Button>
        </Space>
      }
    >
      <p>{say('counter.revoke.text')}</p>
      {error !== undefined && <Problem error={error} />}
      <Choice
        label={say('counter.reason')}
        value={reason}
        onChange={setReason}
        options={reasons.map((value) => ({ value, label: say(`counter.reason.${value}`) }))}
        testId="revoke-reason"
      />
    </Modal>
  );
};
