using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>A field of a sector as rollups count it: its values are integers of 10^−<paramref name="Digits"/>, whatever scale a schema gave them.</summary>
/// <param name="Digits">Decimal places, the most of all the sector's schemas; 0 = the store keeps the field as a whole number.</param>
/// <param name="IsCumulative">Only grows, so that the difference tells something.</param>
internal sealed record RollupField(string Name, int Digits, bool IsCumulative)
{
    /// <summary>Most fields of a sector: readings say with one bit each which of them they have.</summary>
    public const int Most = Frame.FieldSlots;

    /// <summary>The exact integer behind a value as the store answers it.</summary>
    public long ToRaw(double physical) => new DecimalScale(1, Digits).ToRaw(physical);

    /// <summary>Fields of all of a sector's schemas by name, but for the channel, which is a tag. A newer schema's word counts for more.</summary>
    public static IReadOnlyList<RollupField> Of(SectorPack pack)
    {
        var fields = new List<RollupField>();
        foreach (var schema in pack.Schemas.OrderByDescending(schema => schema.Number))
        {
            foreach (var field in schema.Fields)
            {
                if (field.Role == FieldRole.Channel) continue;
                var known = fields.FindIndex(other => other.Name == field.Name);
                if (known < 0)
                {
                    // Beyond the slots of one frame stand only fields that no schema of today has.
                    if (fields.Count < Most) fields.Add(new RollupField(field.Name, field.Scale.Digits, field.IsCumulative));
                }
                else if (fields[known].Digits < field.Scale.Digits)
                {
                    fields[known] = fields[known] with { Digits = field.Scale.Digits };
                }
            }
        }

        return fields;
    }
}
