/** Reads the code of a sign-in page; what it says is read by a closed grammar and never followed as a link. */
import { useCallback, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Notice } from '../shared/notice.tsx';
import { readPhoto } from '../shared/reader.ts';
import { useCamera } from '../shared/use-camera.ts';
import { holdNonce, nonceIn, nonceIsWanted } from './counter-nonce.ts';
import { asksForCertificates, holdLink } from './presentation/read-link.ts';
import { TopBar } from './top-bar.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';

/** The id in a sign-in code of this very site. */
const idIn = (text: string): string | undefined => {
  const start = `${location.origin}/wallet/#/scan/`;
  const id = text.startsWith(start) ? text.slice(start.length) : '';
  return /^[\w-]{22}$/.test(id) ? id : undefined;
};

export const ScanPage = () => {
  const say = useText();
  const video = useRef<HTMLVideoElement>(null);
  const photo = useRef<HTMLInputElement>(null);
  const [forCounter] = useState(nonceIsWanted);
  const [problem, setProblem] = useState<'scan.foreign' | 'scan.photo.none'>();
  const onText = useCallback((text: string | undefined) => {
    const nonce = text === undefined ? undefined : nonceIn(text);
    if (nonce) return goTo(...holdNonce(nonce));
    if (text !== undefined && asksForCertificates(text)) {
      holdLink(text);
      return goTo('present');
    }
    const id = text === undefined ? undefined : idIn(text);
    if (id === undefined) return setProblem(text === undefined ? 'scan.photo.none' : 'scan.foreign');
    goTo('scan', id);
  }, []);
  const camera = useCamera(video, true, onText);
  const open = camera.state !== 'off';
  return (
    <main className="page" data-testid="scan-page">
      <TopBar title={say(forCounter ? 'nonce.title' : 'scan.title')} back />
      <p>{say(forCounter ? 'nonce.lead' : 'scan.lead')}</p>
      <div className="scan-camera" hidden={!open}>
        <video ref={video} playsInline muted aria-label={say('scan.camera.label')} />
      </div>
      {open ? (
        <>
          <p className="small soft" role="status">
            {say(camera.state === 'on' ? 'scan.camera.hint' : 'scan.camera.starting')}
          </p>
          <Button wide onClick={camera.close}>
            {say('scan.camera.close')}
          </Button>
        </>
      ) : (
        <Button look="main" icon="camera" wide data-testid="camera-open" onClick={camera.open}>
          {say('scan.camera.open')}
        </Button>
      )}
      {camera.error && (
        <Notice kind="check" testId="camera-error">
          <p>{say(`camera.${camera.error}`)}</p>
        </Notice>
      )}
      <Button icon="image" wide onClick={() => photo.current?.click()}>
        {say('scan.photo')}
      </Button>
      <input
        ref={photo}
        type="file"
        accept="image/*"
        hidden
        data-testid="photo"
        onChange={async ({ target }) => {
          const [file] = target.files ?? [];
          if (file) onText(await readPhoto(file).catch(() => undefined));
          target.value = '';
        }}
      />
      <Button look="plain" wide data-testid="scan-paste" onClick={() => goTo('present')}>
        {say('scan.paste')}
      </Button>
      {problem && (
        <Notice kind="check" testId="scan-problem">
          <p>{say(problem)}</p>
        </Notice>
      )}
      <p className="soft small">{say('scan.warn')}</p>
    </main>
  );
};
