using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Region;

/// <summary>A sector as its pack declares it.</summary>
/// <param name="Number">Sector number on the wire.</param>
/// <param name="Version">Version of the pack.</param>
public sealed record SectorView(string Name, int Number, string Version, Label Label, IReadOnlyList<FieldView> Fields);

/// <summary>A field of the newest layout of a sector.</summary>
/// <param name="Unit">UCUM; "1" for plain numbers.</param>
/// <param name="Role">value, channel or bits.</param>
/// <param name="Digits">Decimal places of the physical value.</param>
/// <param name="Valid">Plausible range in physical units, least and most; null where it is open.</param>
/// <param name="Faults">A set bit means a fault.</param>
public sealed record FieldView(
    string Name, string Unit, Label Label, string Role, int Digits, bool Cumulative, IReadOnlyList<double?> Valid, bool Faults, IReadOnlyList<BitView> Bits);

/// <summary>How readings of one day were decoded; a day has one more for each change within it.</summary>
/// <param name="Day">Start of the UTC day of the samples, Unix milliseconds.</param>
/// <param name="Pack">Version of the sector's pack.</param>
/// <param name="Decoder">Generation of the frame decoder.</param>
public sealed record DecodingView(long Day, string Pack, int Decoder);

/// <summary>A named bit of a field.</summary>
public sealed record BitView(int Bit, string Name, Label Label);

/// <summary>What the sectors measure.</summary>
internal static class SectorEndpoints
{
    public static void MapSectors(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sectors", (SectorCatalog catalog) => new Listing<SectorView>([.. catalog.Packs.OrderBy(pack => pack.Sector).Select(Of)]))
            .TakesNoQuery().WithName("listSectors").WithSummary("Sectors with their fields, units and labels, sorted by number");
        api.MapGet("/sectors/{name}/decodings", Decodings)
            .TakesNoQuery().WithName("listSectorDecodings").WithSummary("With which pack and decoder the readings of each UTC day were decoded, newest day first");
    }

    private static Listing<DecodingView> Decodings(string name, SectorCatalog catalog, IngestLedger ledger)
    {
        if (catalog.PackNamed(name) is null) throw new BadParameterException("name", $"there is no sector \"{name}\". See /api/v1/sectors.");
        return new([.. ledger.Decodings(name).Select(row => new DecodingView(row.Day, row.Pack, row.Generation))]);
    }

    private static SectorView Of(SectorPack pack) => new(
        pack.Name,
        pack.Sector,
        pack.Version,
        new Label(pack.LabelVi, pack.LabelEn),
        [.. pack.Schemas.MaxBy(schema => schema.Number)!.Fields.Select(Of)]);

    private static FieldView Of(SectorField field) => new(
        field.Name,
        field.Unit,
        new Label(field.LabelVi, field.LabelEn),
        field.Role switch { FieldRole.Channel => "channel", FieldRole.Bits => "bits", _ => "value" },
        field.Scale.Digits,
        field.IsCumulative,
        [Bound(field, field.ValidMinimum), Bound(field, field.ValidMaximum)],
        field.ReportsFaults,
        [.. field.Bits.Select(bit => new BitView(bit.Bit, bit.Name, new Label(bit.LabelVi, bit.LabelEn)))]);

    private static double? Bound(SectorField field, long raw) =>
        raw is long.MinValue or long.MaxValue ? null : field.Scale.ToPhysical(raw);
}
