import { Select } from 'antd';
import { useId } from 'react';

interface Props {
  label: string;
  value: string | undefined;
  onChange(value: string): void;
  options: { value: string; label: string }[];
  placeholder?: string;
  problem?: string | undefined;
  testId?: string;
}

/** A labelled choice; with more than ten options it can be typed into. */
export const Choice = ({ label, value, onChange, options, placeholder, problem, testId }: Props) => {
  const id = useId();
  return (
    <div className="field" data-testid={testId}>
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        value={value || undefined}
        onChange={onChange}
        options={options}
        placeholder={placeholder}
        status={problem ? 'error' : ''}
        showSearch={options.length > 10 ? { optionFilterProp: 'label' } : false}
        aria-describedby={problem ? `${id}-problem` : undefined}
      />
      {problem && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
};
