import { Button, Space } from 'antd';
import { LanguageButton } from './language-button.tsx';
import { type SessionState, signOut, startSignIn } from './session.ts';
import { useText } from './use-text.ts';

interface Props {
  why: Exclude<SessionState, 'starting' | 'in'> | 'no_office';
}

/** The page before the console, and after it: nothing of the work is left on it. */
export const Gate = ({ why }: Props) => {
  const say = useText();
  const noOffice = why === 'no_office';
  const title = noOffice
    ? say('office.none')
    : why === 'expired'
      ? say('signin.expired')
      : why === 'failed'
        ? say('signin.failed')
        : say('app.name');
  const text = noOffice
    ? say('office.none.text')
    : why === 'expired'
      ? say('signin.expired.text')
      : why === 'failed'
        ? say('signin.failed.text')
        : say('signin.lead');
  return (
    <main className="gate" data-testid={`gate-${why}`}>
      <p className="brand">
        <img src="icon.svg" alt="" width="28" height="28" /> 一证通 OneCert
      </p>
      <h1>{title}</h1>
      <p>{text}</p>
      <Space wrap>
        {noOffice ? (
          <>
            <Button type="primary" onClick={() => startSignIn({ chooseOffice: true })} data-testid="switch">
              {say('office.switch')}
            </Button>
            <Button onClick={signOut} data-testid="sign-out">
              {say('office.signout')}
            </Button>
          </>
        ) : (
          <Button type="primary" onClick={() => startSignIn()} data-testid="sign-in">
            {say(why === 'expired' ? 'signin.again' : 'signin.button')}
          </Button>
        )}
        <LanguageButton />
      </Space>
    </main>
  );
};
