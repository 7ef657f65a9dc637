import { CheckCircleOutlined, CloseCircleOutlined, PauseCircleOutlined } from '@ant-design/icons';
import type { LocalText } from '../types.ts';
import { inWords } from '../use-text.ts';

const looks: Record<string, 'valid' | 'check'> = { '01': 'valid', '02': 'check' };
const icons = { valid: CheckCircleOutlined, check: PauseCircleOutlined, bad: CloseCircleOutlined };

/** A word, an icon and a colour, in that order of weight. */
export const StateTag = ({ state, name }: { state: string; name: LocalText }) => {
  const look = looks[state] ?? 'bad';
  const Icon = icons[look];
  return (
    <span className={`state state-${look}`} data-testid="state" data-state={state}>
      <Icon aria-hidden /> {inWords(name)}
    </span>
  );
};
