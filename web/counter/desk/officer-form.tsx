import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { useOfficerText } from './use-officer-text.ts';

interface Props {
  submit: string;
  busy: boolean;
  onSubmit(values: Record<string, string>, form: HTMLFormElement): void;
  children: ReactNode;
}

/** A form that can be sent once everything is filled in; what was typed stays in the page alone. */
export const OfficerForm = ({ submit, busy, onSubmit, children }: Props) => {
  const say = useOfficerText();
  const form = useRef<HTMLFormElement>(null);
  const [ready, setReady] = useState(false);
  const look = () => setReady(form.current?.checkValidity() ?? false);
  useEffect(look);
  return (
    <form
      ref={form}
      className="desk-form"
      noValidate
      autoComplete="off"
      onInput={look}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        if (busy || !event.currentTarget.checkValidity()) return;
        const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [
          name,
          String(value).trim(),
        ]);
        onSubmit(Object.fromEntries(entries), event.currentTarget);
      }}
    >
      {children}
      <Button look="main" type="submit" disabled={busy || !ready} data-testid="officer-submit">
        {busy ? say('officer.busy') : submit}
      </Button>
    </form>
  );
};
