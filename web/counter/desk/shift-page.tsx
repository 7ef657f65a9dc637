import { type FormEvent, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { Notice } from '../../shared/notice.tsx';
import { useText } from '../use-text.ts';
import type { DeskState } from './desk.ts';
import { DeskPage } from './desk-page.tsx';
import { desk } from './use-desk.ts';

interface Props {
  state: DeskState;
  /** What the shift is needed for. */
  why?: string;
  onDone(): void;
  /** Away without a shift; where it differs from being done. */
  onBack?(): void;
}

export const ShiftPage = ({ state, why, onDone, onBack = onDone }: Props) => {
  const say = useText();
  const officers = state.facts?.officers ?? [];
  const [officer, setOfficer] = useState(officers.length === 1 ? officers[0]!.officer : '');
  const [digits, setDigits] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<'wrong' | 'locked' | 'failed'>();
  const begin = async () => {
    setBusy(true);
    const answer = await desk.begin(officer, digits).catch(() => 'failed' as const);
    setBusy(false);
    setDigits('');
    if (answer === 'begun') return onDone();
    setProblem(answer);
  };
  return (
    <DeskPage title={say('shift.title')} onBack={onBack}>
      {why && <p data-testid="shift-why">{why}</p>}
      {officers.length === 0 ? (
        <Notice kind="info">
          <p>{say('shift.none')}</p>
        </Notice>
      ) : (
        <form
          className="desk-form"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            void begin();
          }}
        >
          <label htmlFor="shift-officer">{say('shift.who')}</label>
          <select
            id="shift-officer"
            data-testid="shift-officer"
            value={officer}
            onChange={({ target }) => setOfficer(target.value)}
          >
            <option value="">{say('shift.choose')}</option>
            {officers.map(({ officer: id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <label htmlFor="shift-pin">{say('shift.pin')}</label>
          <input
            id="shift-pin"
            className="desk-code"
            data-testid="shift-pin"
            type="password"
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={digits}
            aria-describedby="shift-hint"
            onChange={({ target }) => setDigits(target.value.replace(/\D/g, ''))}
          />
          <p id="shift-hint" className="small soft">
            {say('shift.hint')}
          </p>
          {problem && (
            <Notice kind="check" testId="shift-problem">
              <p>{say(`shift.${problem}`)}</p>
            </Notice>
          )}
          <Button
            look="main"
            type="submit"
            disabled={busy || officer === '' || digits.length !== 6}
            data-testid="shift-begin"
          >
            {say(busy ? 'shift.busy' : 'shift.begin')}
          </Button>
        </form>
      )}
      {state.shift && (
        <Button
          data-testid="shift-end"
          onClick={() => {
            void desk.end();
            onDone();
          }}
        >
          {say('shift.end')}
        </Button>
      )}
    </DeskPage>
  );
};
