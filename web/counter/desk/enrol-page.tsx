import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { ProblemError, UnreachableError } from '../../shared/request.ts';
import { useCamera } from '../../shared/use-camera.ts';
import { useText } from '../use-text.ts';
import { DeskPage } from './desk-page.tsx';
import { desk } from './use-desk.ts';

/** Eight characters of Crockford's base32, however they are written. */
const isCode = (text: string): boolean => /^[0-9A-Z]{8}$/i.test(text.replace(/[\s-]/g, ''));

export const EnrolPage = ({ onDone }: { onDone(): void }) => {
  const say = useText();
  const field = useRef<HTMLInputElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const enrol = async (code: string) => {
    if (!isCode(code)) return setProblem(say('enrol.short'));
    setBusy(true);
    setProblem(undefined);
    try {
      await desk.enrol(code);
      onDone();
    } catch (error) {
      if (error instanceof ProblemError && error.sentence) setProblem(local(error.sentence));
      else setProblem(say(error instanceof UnreachableError ? 'enrol.offline' : 'enrol.kept'));
    } finally {
      setBusy(false);
    }
  };
  const camera = useCamera(video, !busy, (text) => {
    if (isCode(text)) void enrol(text);
  });
  const open = camera.state !== 'off';
  return (
    <DeskPage title={say('enrol.title')} onBack={onDone}>
      <p>{say('enrol.lead')}</p>
      <form
        className="desk-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void enrol(field.current!.value);
        }}
      >
        <label htmlFor="enrol-code">{say('enrol.code')}</label>
        <input
          ref={field}
          id="enrol-code"
          className="desk-code"
          data-testid="enrol-code"
          lang="en"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={12}
          aria-describedby="enrol-hint"
        />
        <p id="enrol-hint" className="small soft">
          {say('enrol.hint')}
        </p>
        {problem && (
          <Notice kind="check" testId="enrol-problem">
            <p>{problem}</p>
          </Notice>
        )}
        <Button look="main" type="submit" disabled={busy} data-testid="enrol-submit">
          {say(busy ? 'enrol.busy' : 'enrol.submit')}
        </Button>
        <Button icon="camera" onClick={open ? camera.close : camera.open}>
          {say(open ? 'scan.camera.close' : 'scan.camera.open')}
        </Button>
        <video ref={video} playsInline muted hidden={!open} aria-label={say('scan.camera.label')} />
        {camera.error && (
          <Notice kind="check">
            <p>{say(`camera.${camera.error}`)}</p>
          </Notice>
        )}
      </form>
    </DeskPage>
  );
};
