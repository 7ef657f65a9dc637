import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { Notice } from '../../shared/notice.tsx';
import { usePresentText } from './present-texts.ts';
import { holdLink, readLink } from './read-link.ts';

/** For a link that came by another way than a code. */
export const PasteLink = ({ onLink }: { onLink(link: string): void }) => {
  const say = usePresentText();
  const [text, setText] = useState('');
  const [bad, setBad] = useState(false);
  return (
    <form
      className="present-paste"
      onSubmit={(event) => {
        event.preventDefault();
        const link = text.trim();
        if (!readLink(link)) return setBad(true);
        holdLink(link);
        onLink(link);
      }}
    >
      <label htmlFor="present-link">{say('paste.text')}</label>
      <textarea
        id="present-link"
        data-testid="present-link"
        rows={4}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setBad(false);
        }}
      />
      {bad && (
        <Notice kind="check" testId="present-bad-link">
          <p>{say('paste.bad')}</p>
        </Notice>
      )}
      <Button look="main" wide type="submit" data-testid="present-open">
        {say('paste.open')}
      </Button>
    </form>
  );
};
