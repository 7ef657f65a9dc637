import { Button } from '../shared/button.tsx';
import { goTo } from './use-route.ts';
import { useText } from './use-text.ts';

/** Where she sees who used what, what changed, and what she asked for. 长辈版: the two that matter most. */
export const RecordLinks = ({ elder, family }: { elder: boolean; family: boolean }) => {
  const say = useText();
  const pages = [
    ...(family ? (['family'] as const) : []),
    'uses' as const,
    ...(elder ? [] : (['changes', 'requests'] as const)),
  ];
  return (
    <section className="panel">
      <h2>{say('records.title')}</h2>
      {pages.map((page) => (
        <Button key={page} wide data-testid={`open-${page}`} onClick={() => goTo(page)}>
          {say(`${page}.title`)}
        </Button>
      ))}
    </section>
  );
};
