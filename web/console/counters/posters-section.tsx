import { Button, Space } from 'antd';
import { useState } from 'react';
import { Choice } from '../choice.tsx';
import { type Column, Listing } from '../listing.tsx';
import { useText } from '../use-text.ts';
import type { Counter, Poster } from './counters-api.ts';

interface Props {
  posters: readonly Poster[];
  counters: readonly Counter[];
  itemName(code: string): string;
  onMake(counter: string, item: string): void;
  onEnd(poster: string): void;
}

/** One poster an item of a counter; printed from its own public page. */
export const PostersSection = ({ posters, counters, itemName, onMake, onEnd }: Props) => {
  const say = useText();
  const [chosen, setChosen] = useState('');
  const counterOf = (poster: Poster) => counters.find(({ id }) => id === poster.counter);
  // A poster ends with its counter.
  const stateOf = (poster: Poster) =>
    counterOf(poster)?.state === 'revoked' ? ('ended' as const) : poster.state;
  const columns: Column<Poster>[] = [
    { title: say('counter.items'), cell: ({ item }) => itemName(item) },
    { title: say('flag.where'), cell: (poster) => counterOf(poster)?.name ?? '' },
    { title: say('counter.state'), cell: (poster) => say(`poster.state.${stateOf(poster)}`), short: true },
    {
      title: say('counter.acts'),
      cell: (poster) =>
        stateOf(poster) === 'active' && (
          <Space wrap>
            <Button href={poster.print_url} target="_blank" rel="noreferrer">
              {say('poster.print')}
            </Button>
            <Button onClick={() => onEnd(poster.id)}>{say('poster.end')}</Button>
          </Space>
        ),
    },
  ];
  const options = counters
    .filter(({ state }) => state === 'active' || state === 'waiting')
    .flatMap(({ id, name, items }) =>
      items.map((item) => ({ value: `${id} ${item}`, label: `${name} · ${itemName(item)}` })),
    );
  const make = () => {
    const [counter = '', item = ''] = chosen.split(' ');
    setChosen('');
    onMake(counter, item);
  };
  return (
    <section className="detail" data-testid="posters">
      <h2>{say('poster.title')}</h2>
      <p>{say('poster.lead')}</p>
      {options.length > 0 && (
        <div className="filters">
          <Choice
            label={say('counter.items')}
            value={chosen}
            onChange={setChosen}
            options={options}
            testId="poster-for"
          />
          <Button disabled={chosen === ''} onClick={make} data-testid="poster-make">
            {say('poster.make')}
          </Button>
        </div>
      )}
      {posters.length > 0 && (
        <Listing name={say('poster.title')} columns={columns} rows={posters} keyOf={({ id }) => id} />
      )}
    </section>
  );
};
