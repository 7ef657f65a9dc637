import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { currentLanguage, setLanguage } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { readPhoto } from '../shared/reader.ts';
import { useCamera } from '../shared/use-camera.ts';
import { PackStatus } from './pack-status.tsx';
import { setSound, soundOn } from './sound.ts';
import type { OfflineReady } from './use-offline-ready.ts';
import { useText } from './use-text.ts';
import type { Trust } from './use-trust.ts';

interface Props {
  trust: Trust;
  offline: OfflineReady;
  busy: boolean;
  /** False while a verdict is in front: the camera stays on, but nothing is read. */
  active: boolean;
  onText(text: string): void;
}

export const ScanPage = ({ trust, offline, busy, active, onText }: Props) => {
  const say = useText();
  const [sound, chooseSound] = useState(soundOn);
  return (
    <main className="scan" data-testid="scan-page">
      <header className="scan-head">
        <h1 tabIndex={-1}>{say('app.name')}</h1>
        <label className="sound">
          <input
            type="checkbox"
            checked={sound}
            onChange={({ target }) => {
              setSound(target.checked);
              chooseSound(target.checked);
            }}
          />
          {say('sound.on')}
        </label>
        <Button
          look="plain"
          lang={currentLanguage() === 'zh' ? 'en' : 'zh-CN'}
          data-testid="language"
          onClick={() => setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')}
        >
          {say('app.language')}
        </Button>
      </header>
      <div className="scan-columns">
        <CameraBox active={active} onText={onText} />
        <div className="scan-side">
          <TextEntry busy={busy} active={active} onText={onText} />
          <PackStatus trust={trust} offline={offline} />
        </div>
      </div>
    </main>
  );
};

const CameraBox = ({ active, onText }: { active: boolean; onText(text: string): void }) => {
  const say = useText();
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video, active, onText);
  const open = camera.state !== 'off';
  return (
    <section className="camera-area" aria-label={say('scan.camera.label')}>
      <div className={open ? 'camera camera-open' : 'camera'} data-testid="camera" data-state={camera.state}>
        <video ref={video} playsInline muted hidden={!open} aria-label={say('scan.camera.label')} />
        {open && <div className="camera-frame" aria-hidden="true" />}
        {!open && (
          <Button look="main" icon="camera" data-testid="camera-open" onClick={camera.open}>
            {say('scan.camera.open')}
          </Button>
        )}
      </div>
      {open && (
        <div className="camera-foot">
          <p className="small soft" role="status">
            {say(camera.state === 'on' ? 'scan.camera.hint' : 'scan.camera.starting')}
          </p>
          <Button data-testid="camera-close" onClick={camera.close}>
            {say('scan.camera.close')}
          </Button>
        </div>
      )}
      {camera.error && (
        <Notice kind="check" testId="camera-error">
          <p>{say(`camera.${camera.error}`)}</p>
        </Notice>
      )}
    </section>
  );
};

const TextEntry = ({
  busy,
  active,
  onText,
}: {
  busy: boolean;
  active: boolean;
  onText(text: string): void;
}) => {
  const say = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<'scan.photo.none' | 'scan.ime'>();

  // On a desk the gun's text should land here at once; on a phone the keyboard must not jump up.
  useEffect(() => {
    if (active && window.matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [active]);

  const submit = () => {
    const text = field.current?.value ?? '';
    if (!text.trim()) return;
    // An input method's words never make a code.
    if (/[\u4e00-\u9fff]/.test(text) && !text.trimStart().startsWith('{')) return setProblem('scan.ime');
    setProblem(undefined);
    field.current!.value = '';
    onText(text);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (field.current?.value || !/^\s*(SC1:|PS1:|\{|ey)/.test(text)) return;
    event.preventDefault();
    onText(text);
  };
  const onPhoto = async (file: File | undefined) => {
    if (!file) return;
    const text = await readPhoto(file).catch(() => undefined);
    setProblem(text ? undefined : 'scan.photo.none');
    if (text) onText(text);
  };
  return (
    <section className="entry">
      <label htmlFor="entry-field">{say('scan.field')}</label>
      <textarea
        ref={field}
        id="entry-field"
        data-testid="entry"
        lang="en"
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        aria-describedby="entry-hint"
        onKeyDown={onKey}
        onPaste={onPaste}
      />
      <p id="entry-hint" className="small soft" role="status">
        {say(busy ? 'scan.busy' : 'scan.field.hint')}
      </p>
      {problem && (
        <Notice kind="check" testId="entry-problem">
          <p>{say(problem)}</p>
        </Notice>
      )}
      <div className="entry-acts">
        <Button look="main" data-testid="submit" onClick={submit}>
          {say('scan.submit')}
        </Button>
        <label className="button photo">
          <Icon name="image" />
          {say('scan.photo')}
          <input
            type="file"
            accept="image/*"
            className="visually-hidden"
            data-testid="photo"
            onChange={({ target }) => {
              void onPhoto(target.files?.[0]);
              target.value = '';
            }}
          />
        </label>
      </div>
    </section>
  );
};
