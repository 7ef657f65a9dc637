import { Button } from 'antd';
import { currentLanguage, setLanguage } from '../shared/i18n.ts';
import { useText } from './use-text.ts';

export const LanguageButton = () => {
  const other = currentLanguage() === 'zh' ? 'en' : 'zh';
  return (
    <Button
      type="text"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => setLanguage(other)}
      data-testid="language"
    >
      {useText()('app.language')}
    </Button>
  );
};
