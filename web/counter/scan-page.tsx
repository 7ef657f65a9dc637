import { useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { currentLanguage, setLanguage } from '../shared/i18n.ts';
import { Notice } from '../shared/notice.tsx';
import { useCamera } from '../shared/use-camera.ts';
import type { DeskState } from './desk/desk.ts';
import { type Beside, DeskBar } from './desk/desk-bar.tsx';
import { PackStatus } from './pack-status.tsx';
import { setSound, soundOn } from './sound.ts';
import { TextEntry } from './text-entry.tsx';
import type { OfflineReady } from './use-offline-ready.ts';
import { useText } from './use-text.ts';
import type { Trust } from './use-trust.ts';

interface Props {
  trust: Trust;
  offline: OfflineReady;
  busy: boolean;
  /** False while a verdict is in front: the camera stays on, but nothing is read. */
  active: boolean;
  inputMethod: boolean;
  desk: DeskState;
  onBeside(page: Beside): void;
  /** From the camera, which goes on seeing the same code. */
  onSeen(text: string): void;
  onText(text: string): void;
}

export const ScanPage = ({
  trust,
  offline,
  desk,
  busy,
  active,
  inputMethod,
  onBeside,
  onSeen,
  onText,
}: Props) => {
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
      <DeskBar state={desk} onBeside={onBeside} />
      <div className="scan-columns">
        <CameraBox active={active} onText={onSeen} />
        <div className="scan-side">
          <TextEntry busy={busy} active={active} inputMethod={inputMethod} onText={onText} />
          <PackStatus trust={trust} offline={offline} />
          {!desk.facts && (
            <Button look="plain" data-testid="enrol" onClick={() => onBeside('enrol')}>
              {say('desk.enrol.open')}
            </Button>
          )}
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
