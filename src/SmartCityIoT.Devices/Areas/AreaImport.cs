using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Areas;

/// <summary>Brings areas into the registry inside one write: new ones are added, those that differ are changed, none is removed.</summary>
internal static class AreaImport
{
    public static void Check(IReadOnlyList<Area> areas)
    {
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var area in areas)
        {
            InputRules.Code("code", area.Code);
            InputRules.Name("name", area.Name);
            InputRules.Name("kind", area.Kind);
            if (!codes.Add(area.Code)) throw new DeviceConflictException("code", $"area '{area.Code}' stands twice in the list");
            if (area.Latitude.HasValue != area.Longitude.HasValue)
            {
                throw new DeviceInputException("center", $"center of area '{area.Code}' needs latitude and longitude, or neither");
            }

            if (area.Latitude is { } latitude) InputRules.Latitude("center.latitude", latitude);
            if (area.Longitude is { } longitude) InputRules.Longitude("center.longitude", longitude);
            if (area.ValidFrom >= area.ValidTo)
            {
                throw new DeviceInputException("validTo", $"validTo of area '{area.Code}' must be later than its validFrom");
            }
        }
    }

    /// <returns>How many were added or changed.</returns>
    public static async Task<int> RunAsync(RegistryWrite write, IReadOnlyList<Area> areas, CancellationToken cancellation)
    {
        var rows = await write.Context.Areas.ToDictionaryAsync(row => row.Code, StringComparer.Ordinal, cancellation).ConfigureAwait(false);
        var written = 0;
        foreach (var area in areas)
        {
            if (rows.TryGetValue(area.Code, out var row))
            {
                if (ToArea(row) == area) continue;
                Set(row, area);
            }
            else
            {
                row = new AreaRow { Code = area.Code, Name = area.Name, Kind = area.Kind };
                Set(row, area);
                write.Rows.Add(row);
                rows.Add(row.Code, row);
            }

            write.Audit.Add("area.import", AuditSubject.Area(area.Code), json => WriteTo(json, area));
            written++;
        }

        foreach (var area in areas)
        {
            RequireChain(area.Code, "parent", rows, row => row.Parent);
            RequireChain(area.Code, "replacedBy", rows, row => row.ReplacedBy);
        }

        return written;
    }

    /// <summary>The link must lead to known areas, and never back to where it began.</summary>
    private static void RequireChain(string code, string member, Dictionary<string, AreaRow> rows, Func<AreaRow, string?> link)
    {
        var passed = new HashSet<string>(StringComparer.Ordinal) { code };
        for (var next = link(rows[code]); next is not null; next = link(rows[next]))
        {
            if (!rows.ContainsKey(next)) throw new DeviceInputException(member, $"{member} '{next}' of area '{code}' is not known");
            if (!passed.Add(next)) throw new DeviceInputException(member, $"{member} of area '{code}' runs in a circle over '{next}'");
        }
    }

    private static Area ToArea(AreaRow row) => new(
        row.Code, row.Name, row.Kind, row.Parent, row.ValidFrom, row.ValidTo, row.ReplacedBy, row.Latitude, row.Longitude);

    private static void Set(AreaRow row, Area area)
    {
        row.Name = area.Name;
        row.Kind = area.Kind;
        row.Parent = area.Parent;
        row.ValidFrom = area.ValidFrom;
        row.ValidTo = area.ValidTo;
        row.ReplacedBy = area.ReplacedBy;
        row.Latitude = area.Latitude;
        row.Longitude = area.Longitude;
    }

    private static void WriteTo(Utf8JsonWriter json, Area area)
    {
        json.WriteString("name", area.Name);
        json.WriteString("kind", area.Kind);
        if (area.Parent is not null) json.WriteString("parent", area.Parent);
        if (area.ValidFrom is { } from) json.WriteNumber("validFrom", from);
        if (area.ValidTo is { } to) json.WriteNumber("validTo", to);
        if (area.ReplacedBy is not null) json.WriteString("replacedBy", area.ReplacedBy);
        if (area.Latitude is { } latitude) json.WriteNumber("latitude", latitude);
        if (area.Longitude is { } longitude) json.WriteNumber("longitude", longitude);
    }
}
