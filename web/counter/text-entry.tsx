import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icon.tsx';
import { Notice } from '../shared/notice.tsx';
import { readPhoto } from '../shared/reader.ts';
import { createTypedBurst, endsAfterMs, isFromInputMethod } from './typed-burst.ts';
import { useText } from './use-text.ts';

interface Props {
  busy: boolean;
  active: boolean;
  /** Keys came through an input method while no field had the focus. */
  inputMethod: boolean;
  onText(text: string): void;
}

type Problem = 'scan.photo.none' | 'scan.photo.bad' | 'scan.ime';

/** The ways without a camera: a scan gun, paste, typing, a picture. */
export const TextEntry = ({ busy, active, inputMethod, onText }: Props) => {
  const say = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<Problem>();
  const burst = useRef(createTypedBurst());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // On a desk the gun's text should land here at once; on a phone the keyboard must not jump up.
  useEffect(() => {
    if (active && window.matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [active]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const give = (text: string) => {
    clearTimeout(timer.current);
    const wrong = isFromInputMethod(text);
    setProblem(wrong ? 'scan.ime' : undefined);
    // Cleared in both cases: the next scan starts on an empty field.
    field.current!.value = '';
    burst.current.end();
    if (!wrong) onText(text);
  };
  const submit = () => {
    const text = field.current?.value ?? '';
    if (text.trim()) give(text);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Tab' && burst.current.end() !== undefined) {
      // Some guns end in Tab; a person who tabs on has typed slower, and nothing for a while.
      event.preventDefault();
      submit();
    }
  };
  const onInput = (event: FormEvent) => {
    const { inputType, data, timeStamp } = event.nativeEvent as InputEvent;
    if (inputType !== 'insertText' || data?.length !== 1) return;
    burst.current.type(data, timeStamp);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => burst.current.pause() !== undefined && submit(),
      endsAfterMs(field.current!.value),
    );
  };
  const onPaste = (event: ClipboardEvent) => {
    const [picture] = event.clipboardData.files;
    const text = event.clipboardData.getData('text');
    if (!picture && (field.current?.value || !/^\s*(SC1:|PS1:|\{|ey)/.test(text))) return;
    event.preventDefault();
    if (picture) void onPhoto(picture);
    else give(text);
  };
  const onPhoto = async (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    const read = await readPhoto(file).then(
      (text) => ({ text, none: 'scan.photo.none' as const }),
      () => ({ text: undefined, none: 'scan.photo.bad' as const }),
    );
    if (read.text) onText(read.text);
    else setProblem(read.none);
  };
  const shown = problem ?? (inputMethod ? 'scan.ime' : undefined);
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
        onInput={onInput}
        onCompositionStart={() => setProblem('scan.ime')}
        onPaste={onPaste}
      />
      <p id="entry-hint" className="small soft" role="status">
        {say(busy ? 'scan.busy' : 'scan.field.hint')}
      </p>
      {shown && (
        <Notice kind="check" testId="entry-problem">
          <p>{say(shown)}</p>
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
