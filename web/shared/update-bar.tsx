import { useState } from 'react';
import { Button } from './button.tsx';
import { useWaitingUpdate } from './update.ts';

/** "A new version is ready": only a yes changes the running page. */
export const UpdateBar = ({ text, yes, later }: { text: string; yes: string; later: string }) => {
  const apply = useWaitingUpdate();
  const [dismissed, setDismissed] = useState(false);
  if (!apply || dismissed) return null;
  return (
    <div className="update-bar" role="status" data-testid="update-bar">
      <span>{text}</span>
      <span>
        <Button look="plain" onClick={() => setDismissed(true)}>
          {later}
        </Button>
        <Button look="main" onClick={apply}>
          {yes}
        </Button>
      </span>
    </div>
  );
};
