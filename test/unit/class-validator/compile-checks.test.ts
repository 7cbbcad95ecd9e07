import 'reflect-metadata';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsDate,
  IsDecimal,
  IsDefined,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsNumberString,
  IsOptional,
  IsPhoneNumber,
  IsPositive,
  IsString,
  IsUppercase,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinDate,
  MinLength,
  registerDecorator,
  Validate,
  ValidateIf,
  ValidateNested,
  validateSync,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import fc from 'fast-check';
import { compileRowCheck } from '../../../src/class-validator/compile-checks';
import { stepOf, type Transform } from '../../../src/core/mapping/transform';
import type { TargetValue } from '../../../src/core/mapping/wire';
import { decimal, integer, inZone, oracleDate } from '../../../src/core/transforms';

enum Grade {
  A = 'a',
  B = 'b',
}

@ValidatorConstraint({ name: 'notAfterCode' })
class NotAfterCode implements ValidatorConstraintInterface {
  validate(value: unknown, args: ValidationArguments): boolean {
    return String(value) <= (args.object as Sample).code;
  }
}

@ValidatorConstraint({ name: 'later', async: true })
class Later implements ValidatorConstraintInterface {
  validate(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

class Sample {
  @IsDefined() @IsInt() @Min(1) @Max(1000) id!: number;
  @IsNumber({ maxDecimalPlaces: 2 }) @IsPositive() price!: number;
  @IsOptional() @IsInt() @IsPositive() parts!: number | null;
  @IsString() @IsNotEmpty() @IsUppercase() code!: string;
  @Length(2, 5) short!: string;
  @MinLength(2) @MaxLength(4) bounded!: string;
  @IsOptional() @Matches(/^[a-c]+$/) pattern!: string | null;
  @IsEmail() email!: string;
  @IsBoolean() flag!: boolean;
  @IsDate() @MinDate(new Date('2000-01-01T00:00:00Z')) since!: Date;
  @IsOptional() @IsDate() until!: Date | null;
  @IsIn(['x', 'y']) choice!: string;
  @IsEnum(Grade) grade!: Grade;
  @IsDecimal() @IsNumberString() amount!: string;
  @IsPhoneNumber('US') phone!: string;
  @ValidateIf((sample: Sample) => sample.flag) @IsNotEmpty() reason!: string | null;
  @Validate(NotAfterCode) compared!: string;
  @Validate(Later) later!: string;
  @IsOptional() @ArrayNotEmpty() @IsInt({ each: true }) list!: number[] | null;
  @MaxLength(3, { validateIf: (sample: Sample) => sample.flag }) sometimes!: string;
  free!: string;
}

type Kind = 'text' | 'number' | 'date' | 'json' | 'plain';
const FIELDS: readonly (readonly [keyof Sample, Kind])[] = [
  ['id', 'number'],
  ['price', 'number'],
  ['parts', 'number'],
  ['code', 'text'],
  ['short', 'text'],
  ['bounded', 'text'],
  ['pattern', 'text'],
  ['email', 'text'],
  ['flag', 'plain'],
  ['since', 'date'],
  ['until', 'date'],
  ['choice', 'text'],
  ['grade', 'text'],
  ['amount', 'text'],
  ['phone', 'text'],
  ['reason', 'text'],
  ['compared', 'text'],
  ['later', 'text'],
  ['list', 'json'],
  ['sometimes', 'text'],
  ['free', 'text'],
];

const fields = FIELDS.map(([property]) => ({ property }));
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 8 }),
  fc.emailAddress(),
  fc.constantFrom(
    '',
    ' ',
    'a',
    'abc',
    'AB',
    'x',
    'y',
    'b',
    '12',
    '-1.50',
    '1e3',
    '.5',
    '+7',
    'a@b',
    'a.b@c.de',
    'A-B@x-y.Org',
  ),
  fc.constantFrom(
    'a..b@c.de',
    'ab@c--d.de',
    'a@b.c1',
    '(555) 123-4567',
    '+12025550123',
    '❤\uFE0Fx',
    '\uFE0F\uFE0F',
    '😀😀',
  ),
);
const values: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  text: texts,
  number: fc.oneof(fc.integer({ min: -2, max: 1100 }), fc.constantFrom(0, 0.5, 1.25, 1.255, -1, 1e-7)),
  date: fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
  json: fc.array(fc.oneof(fc.integer(), fc.constant('x')), { maxLength: 3 }),
  plain: fc.boolean(),
};
const entityValues = fc.tuple(...FIELDS.map(([, kind]) => fc.option(values[kind], { freq: 8 })));

function wire(value: unknown): TargetValue {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '+00:00');
  if (Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'number' ? String(value) : (value as TargetValue);
}

function libraryVerdict(row: readonly unknown[]): string[] | 'crashed' {
  const sample = Object.assign(
    new Sample(),
    Object.fromEntries(FIELDS.map(([property], index) => [property, row[index]])),
  );
  try {
    return validateSync(sample).flatMap((error) =>
      Object.keys(error.constraints ?? {}).map((rule) => `${error.property} ${rule}`),
    );
  } catch {
    return 'crashed';
  }
}

describe('compileRowCheck', () => {
  const check = compileRowCheck(Sample, fields)!;

  it('gives the verdict and the rule names that validateSync gives for the entity', () => {
    let accepted = 0;
    fc.assert(
      fc.property(entityValues, (row) => {
        const expected = libraryVerdict(row);
        const broken = check(row.map(wire));
        if (broken === null) accepted += 1;
        if (expected === 'crashed') {
          expect(broken).not.toBeNull();
          return;
        }
        expect((broken ?? []).map(({ property, reason }) => `${property} ${reason.replace(/:.*/, '')}`).sort()).toEqual(
          expected.sort(),
        );
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeLessThan(3000);
  });

  it('accepts a row that keeps all rules', () => {
    const row = ['7', '1.25', null, 'ABC', 'abc', 'abc', null, 'Buyer@Example.com', false, '2024-01-02 03:04:05', null];
    const rest = ['x', 'b', '-1.50', '+12025550123', null, 'AAA', 'x', '[1,2]', 'long text', null];
    expect(check([...row, ...rest])).toBeNull();
  });

  it('judges single values as the library does, for every text', () => {
    class Texts {
      @IsEmail() email!: string;
      @Length(2, 4) length!: string;
      @MinLength(3) min!: string;
      @MaxLength(3) max!: string;
      @IsNumberString() number!: string;
      @IsDecimal() decimal!: string;
    }
    const names = ['email', 'length', 'min', 'max', 'number', 'decimal'] as const;
    const textCheck = compileRowCheck(
      Texts,
      names.map((property) => ({ property })),
    )!;
    fc.assert(
      fc.property(texts, (text) => {
        const instance = Object.assign(new Texts(), Object.fromEntries(names.map((name) => [name, text])));
        const expected = validateSync(instance).map((error) => error.property);
        expect((textCheck(names.map(() => text)) ?? []).map(({ property }) => property)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('says the same on the second row as on the first', () => {
    const bad = FIELDS.map(() => null);
    expect(check(bad)).toEqual(check(bad));
  });

  it('reads a date before our era and one with an offset', () => {
    class Dated {
      @MinDate(new Date('2000-01-01T00:00:00Z')) at!: Date;
    }
    const dated = compileRowCheck(Dated, [{ property: 'at' }])!;
    expect(dated(['2000-01-01 01:00:00+01:00'])).toBeNull();
    expect(dated(['2000-01-01 00:59:59.999999+01:00'])).not.toBeNull();
    expect(dated(['0044-03-15 00:00:00 BC'])).not.toBeNull();
  });

  it.each([
    ['inZone', inZone('Europe/Paris'), '2024-01-01 00:00:00+00:00', new Date('2024-01-01T00:00:00Z')],
    ['integer', integer, '7', 7],
    ['decimal', decimal(20, 0), '7', '7'],
    ['oracleDate', oracleDate, '2024-01-01', '2024-01-01'],
  ])(
    'takes the type of a property that may be null from what its conversion gives: %s',
    (_, conversion, value, held) => {
      const seen: unknown[] = [];
      class Unseen {
        @ValidateIf((entity: Unseen) => seen.push(entity.value) > 0)
        @IsDefined()
        value!: unknown;
      }
      const transform = [stepOf(conversion as Transform<string, string>)];
      expect(compileRowCheck(Unseen, [{ property: 'value', transform }])!([value])).toBeNull();
      expect(seen).toEqual([held]);
    },
  );

  it('asks no rules of properties that the mapping does not fill', () => {
    class Partial {
      @IsInt() id!: number;
      @IsNotEmpty() filledByTheDatabase!: string;
    }
    expect(compileRowCheck(Partial, [{ property: 'id' }])!(['1'])).toBeNull();
  });

  it('is null for an entity without rules', () => {
    class Plain {
      id!: number;
    }
    expect(compileRowCheck(Plain, [{ property: 'id' }])).toBeNull();
  });

  it('judges an embedded object by the library', () => {
    class Part {
      @IsNotEmpty() street!: string;
    }
    class Whole {
      @ValidateNested() address!: Part;
    }
    const nested = compileRowCheck(Whole, [{ property: 'address.street' }])!;
    expect(nested(['x'])).toBeNull();
    expect(nested([''])).toEqual([{ property: 'address', reason: 'nestedValidation' }]);
  });

  it('counts a validator that crashes as broken', () => {
    const crashes: PropertyDecorator = (target, property) => {
      registerDecorator({
        name: 'crashes',
        target: target.constructor,
        propertyName: String(property),
        validator: {
          validate: () => {
            throw new TypeError('value quoted here');
          },
        },
      });
    };
    class Fragile {
      @crashes id!: number;
    }
    expect(compileRowCheck(Fragile, [{ property: 'id' }])!(['1'])).toEqual([{ property: 'id', reason: 'crashes' }]);
  });

  it('honours rules that a parent class declares', () => {
    class Parent {
      @IsInt() id!: number;
    }
    class Child extends Parent {
      @IsEmail() email!: string;
    }
    const inherited = compileRowCheck(Child, [{ property: 'email' }, { property: 'id' }])!;
    expect(inherited(['x', '1.5'])).toEqual([
      { property: 'email', reason: 'isEmail: must be an e-mail address' },
      { property: 'id', reason: 'isInt: must be a whole number' },
    ]);
  });
});
