using System.Collections.Frozen;
using System.Globalization;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Sectors;

public static partial class SectorPackReader
{
    /// <summary>Columns that the platform writes beside the fields of every reading: its own fields, tags and the time.</summary>
    private static readonly FrozenSet<string> ReservedNames = FrozenSet.Create(
        StringComparer.Ordinal,
        "flags", "quality", "boot", "seq", "sample", "time", "device", "channel", "site", "area", "model", "sector");

    private static List<SectorField> ReadFields(PackElement list, List<SectorSchema> others)
    {
        var fields = new List<SectorField>();
        foreach (var item in list.Items())
        {
            var field = ReadField(item);
            if (fields.Exists(other => other.Name == field.Name)) throw item.Fail($"the name \"{field.Name}\" stands twice");
            if (fields.Exists(other => other.Bit == field.Bit)) throw item.Fail($"bit {field.Bit} stands twice");
            if (field.Role == FieldRole.Channel && fields.Exists(other => other.Role == FieldRole.Channel))
            {
                throw item.Fail("a schema has at most one field of the role \"channel\"");
            }

            foreach (var schema in others) AgreeWith(schema, field, item);
            fields.Add(field);
        }

        if (fields.Count == 0) throw list.Fail("needs at least one field");
        fields.Sort((left, right) => left.Bit.CompareTo(right.Bit));
        return fields;
    }

    /// <summary>Schemas of a sector share the columns of one measurement, and a column has one type and one unit.</summary>
    private static void AgreeWith(SectorSchema schema, SectorField field, PackElement item)
    {
        if (schema.FieldNamed(field.Name) is { } other &&
            (other.IsInteger != field.IsInteger || other.Unit != field.Unit || other.Role != field.Role))
        {
            throw item.Fail($"\"{field.Name}\" has another unit, role or kind of number in schema {schema.Number}");
        }
    }

    private static SectorField ReadField(PackElement item)
    {
        item.AsObject("bit", "name", "type", "scale", "unit", "role", "valid", "cumulative", "noiseFloor", "faults", "label", "standards", "bits");
        var name = item.Member("name");
        if (ReservedNames.Contains(name.Name())) throw name.Fail($"\"{name.Name()}\" is reserved");
        var typeElement = item.Member("type");
        if (!RawTypeLimits.TryParse(typeElement.Text(), out var type)) throw typeElement.Fail("must be one of u8, i8, u16, i16, u32, i32, u64");
        var scale = ReadScale(item.Member("scale"));
        var role = ReadRole(item, type, scale);
        var (minimum, maximum) = ReadValid(item.Find("valid"), type, scale);
        var isCumulative = item.Find("cumulative")?.Boolean() ?? false;
        var hasNoiseFloor = item.Find("noiseFloor")?.Boolean() ?? false;
        var reportsFaults = item.Find("faults")?.Boolean() ?? false;
        if (role != FieldRole.Bits && reportsFaults) throw item.Fail("only a field of role bits can report faults");
        if (role != FieldRole.Value && (isCumulative || hasNoiseFloor)) throw item.Fail("only a value can be cumulative or have a noise floor");
        var (labelVi, labelEn) = ReadLabel(item.Member("label"));
        return new SectorField
        {
            Bit = item.Member("bit").Integer(0, Frame.FieldSlots - 1),
            Name = name.Name(),
            Type = type,
            Scale = scale,
            Unit = item.Member("unit").Text(),
            Role = role,
            ValidMinimum = minimum,
            ValidMaximum = maximum,
            IsCumulative = isCumulative,
            HasNoiseFloor = hasNoiseFloor,
            ReportsFaults = reportsFaults,
            LabelVi = labelVi,
            LabelEn = labelEn,
            Standards = ReadStandards(item.Find("standards")),
            Bits = ReadBits(item, role, type),
        };
    }

    private static FieldRole ReadRole(PackElement item, RawType type, DecimalScale scale)
    {
        if (item.Find("role") is not { } element) return FieldRole.Value;
        var role = element.Text() switch
        {
            "value" => FieldRole.Value,
            "channel" => FieldRole.Channel,
            "bits" => FieldRole.Bits,
            _ => throw element.Fail("must be one of value, channel, bits"),
        };
        if (role != FieldRole.Value && (type.IsSigned() || scale != DecimalScale.One)) throw element.Fail("needs an unsigned type and scale 1");
        if (role == FieldRole.Channel && type.Width() > 2) throw element.Fail("a channel is a u8 or u16");
        return role;
    }

    private static DecimalScale ReadScale(PackElement element)
    {
        var scale = element.Decimal();
        for (var digits = 0; digits <= DecimalScale.MaxDigits && scale > 0; digits++, scale *= 10)
        {
            if (scale > int.MaxValue) break;
            if (scale == decimal.Truncate(scale)) return new DecimalScale((int)scale, digits);
        }

        throw element.Fail($"must be over 0, with at most {DecimalScale.MaxDigits} decimal places");
    }

    /// <summary>Turns the plausible range from physical numbers into the raw values inside it.</summary>
    private static (long Minimum, long Maximum) ReadValid(PackElement? element, RawType type, DecimalScale scale)
    {
        if (element is not { } range) return (long.MinValue, long.MaxValue);
        var ends = range.Items();
        if (ends.Count != 2) throw range.Fail("must be [minimum, maximum], with null for an open end");
        var step = scale.Multiplier / (decimal)Math.Pow(10, scale.Digits);
        try
        {
            var minimum = ends[0].IsNull ? long.MinValue : (long)decimal.Ceiling(ends[0].Decimal() / step);
            var maximum = ends[1].IsNull ? long.MaxValue : (long)decimal.Floor(ends[1].Decimal() / step);
            if (minimum <= maximum && minimum <= type.Maximum() && maximum >= type.Minimum()) return (minimum, maximum);
        }
        catch (OverflowException)
        {
            throw range.Fail("is wider than 64 bits of raw value");
        }

        throw range.Fail("leaves no value of the type");
    }

    private static SortedDictionary<string, string> ReadStandards(PackElement? element)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (element is not { } standards) return names;
        foreach (var (standard, value) in standards.Members()) names.Add(standard, value.Text());
        return names;
    }

    private static List<BitLabel> ReadBits(PackElement item, FieldRole role, RawType type)
    {
        var bits = new List<BitLabel>();
        if (item.Find("bits") is not { } list)
        {
            return role == FieldRole.Bits ? throw item.Fail("needs a member \"bits\" for the role \"bits\"") : bits;
        }

        if (role != FieldRole.Bits) throw list.Fail("is only for the role \"bits\"");
        var size = 8 * type.Width();
        var taken = 0UL;
        foreach (var entry in list.Items())
        {
            entry.AsObject("bit", "width", "name", "label");
            var bit = entry.Member("bit").Integer(0, size - 1);
            var width = entry.Find("width")?.Integer(1, size - bit) ?? 1;
            var mask = (ulong.MaxValue >> (64 - width)) << bit;
            if ((taken & mask) != 0) throw entry.Fail(string.Create(CultureInfo.InvariantCulture, $"bit {bit} stands twice"));
            taken |= mask;
            var name = entry.Member("name").Name();
            if (bits.Exists(other => other.Name == name)) throw entry.Fail($"the name \"{name}\" stands twice");
            var (vi, en) = ReadLabel(entry.Member("label"));
            bits.Add(new BitLabel(bit, name, vi, en) { Width = width });
        }

        bits.Sort((left, right) => left.Bit.CompareTo(right.Bit));
        return bits;
    }
}
