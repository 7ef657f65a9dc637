import { useEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { currentLanguage, local, setLanguage } from '../shared/i18n.ts';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { elderMode, setElderMode } from '../shared/preferences.ts';
import { readPhoto } from '../shared/reader.ts';
import { useCamera } from '../shared/use-camera.ts';
import { anyoneTexts as texts } from './anyone-texts.ts';
import { PackStatus } from './pack-status.tsx';
import type { OfflineReady } from './use-offline-ready.ts';
import { useText } from './use-text.ts';
import type { Trust } from './use-trust.ts';

interface Props {
  trust: Trust;
  offline: OfflineReady;
  busy: boolean;
  active: boolean;
  onSeen(text: string): void;
  onText(text: string): void;
}

export const AnyonePage = ({ trust, offline, busy, active, onSeen, onText }: Props) => {
  const say = useText();
  const [elder, setElder] = useState(elderMode);
  const title = local(texts.title);
  useEffect(() => {
    document.title = `${title} · OneCert`;
  }, [title]);
  return (
    <main className="anyone" data-testid="anyone-page">
      <div className="anyone-head">
        <Button
          look="plain"
          data-testid="elder"
          aria-pressed={elder}
          onClick={() => {
            setElderMode(!elder);
            setElder(!elder);
          }}
        >
          {local(elder ? texts.standard : texts.elder)}
        </Button>
        <Button
          look="plain"
          lang={currentLanguage() === 'zh' ? 'en' : 'zh-CN'}
          data-testid="language"
          onClick={() => setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')}
        >
          {say('app.language')}
        </Button>
      </div>
      <div className="anyone-lead">
        <h1 tabIndex={-1}>{title}</h1>
        <p>{local(texts.lead)}</p>
      </div>
      <Camera active={active} onSeen={onSeen} />
      <Photo onText={onText} />
      <Paste busy={busy} onText={onText} />
      <details>
        <summary>{local(texts.how)}</summary>
        <ol className="anyone-steps">
          {texts.steps[currentLanguage()].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
      <PackStatus trust={trust} offline={offline} />
    </main>
  );
};

const Camera = ({ active, onSeen }: Pick<Props, 'active' | 'onSeen'>) => {
  const say = useText();
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video, active, onSeen);
  const open = camera.state !== 'off';
  return (
    <section className="anyone-camera" aria-label={say('scan.camera.label')}>
      <div className="camera camera-open" hidden={!open} data-testid="camera" data-state={camera.state}>
        <video ref={video} playsInline muted aria-label={say('scan.camera.label')} />
        <div className="camera-frame" aria-hidden="true" />
      </div>
      {open ? (
        <>
          <p className="small soft" role="status">
            {say(camera.state === 'on' ? 'scan.camera.hint' : 'scan.camera.starting')}
          </p>
          <Button wide data-testid="camera-close" onClick={camera.close}>
            {say('scan.camera.close')}
          </Button>
        </>
      ) : (
        <Button
          look="main"
          wide
          icon="camera"
          className="anyone-scan"
          data-testid="camera-open"
          onClick={camera.open}
        >
          {local(texts.scan)}
        </Button>
      )}
      {camera.error && (
        <Notice kind="check" testId="camera-error">
          <p>{say(`camera.${camera.error}`)}</p>
        </Notice>
      )}
    </section>
  );
};

const Photo = ({ onText }: Pick<Props, 'onText'>) => {
  const [none, setNone] = useState(false);
  const read = async (file: File | undefined) => {
    if (!file) return;
    const text = await readPhoto(file).catch(() => undefined);
    setNone(!text);
    if (text) onText(text);
  };
  return (
    <>
      <label className="button button-wide photo">
        <Icon name="image" />
        {local(texts.photo)}
        <input
          type="file"
          accept="image/*"
          className="visually-hidden"
          data-testid="photo"
          onChange={({ target }) => {
            void read(target.files?.[0]);
            target.value = '';
          }}
        />
      </label>
      {none && (
        <Notice kind="check" testId="photo-none">
          <p>{local(texts.photoNone)}</p>
        </Notice>
      )}
    </>
  );
};

const Paste = ({ busy, onText }: Pick<Props, 'busy' | 'onText'>) => {
  const say = useText();
  const [text, setText] = useState('');
  return (
    <form
      className="anyone-paste"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onText(text.trim());
        setText('');
      }}
    >
      <h2>{local(texts.other)}</h2>
      <label htmlFor="anyone-text">{local(texts.paste)}</label>
      <textarea
        id="anyone-text"
        data-testid="entry"
        lang="en"
        rows={2}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" className="button button-wide" data-testid="submit">
        {local(texts.submit)}
      </button>
      <p className="small" role="status">
        {busy && say('scan.busy')}
      </p>
    </form>
  );
};
