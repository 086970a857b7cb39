using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Brings models into the registry inside one write: new ones are added, those that differ are changed, none is removed.</summary>
internal static class ModelImport
{
    public static void Check(IReadOnlyList<DeviceModel> models, SectorCatalog sectors)
    {
        foreach (var model in models)
        {
            InputRules.Code("code", model.Code);
            InputRules.Name("name", model.Name);
            InputRules.Sector("sector", model.Sector, sectors);
            InputRules.Interval("interval", model.DefaultIntervalSeconds);
        }
    }

    /// <returns>How many were added or changed.</returns>
    public static async Task<int> RunAsync(RegistryWrite write, IReadOnlyList<DeviceModel> models, CancellationToken cancellation)
    {
        var rows = await write.Context.Models.ToDictionaryAsync(row => row.Code, StringComparer.Ordinal, cancellation).ConfigureAwait(false);
        var written = 0;
        foreach (var model in models)
        {
            if (!rows.TryGetValue(model.Code, out var row))
            {
                rows.Add(model.Code, Add(write, model));
                written++;
            }
            else if (Differs(row, model))
            {
                // Series of the devices stand under the sector; a model cannot take them along to another.
                if (row.Sector != model.Sector)
                {
                    throw new DeviceConflictException("sector", $"model '{row.Code}' belongs to sector {row.Sector}, not to {model.Sector}");
                }

                row.Name = model.Name;
                row.DefaultIntervalSeconds = model.DefaultIntervalSeconds;
                write.Audit.Add("model.import", AuditSubject.Model(row.Code), json => WriteTo(json, row));
                written++;
            }
        }

        return written;
    }

    public static ModelRow Add(RegistryWrite write, DeviceModel model)
    {
        var row = new ModelRow
        {
            Code = model.Code,
            Name = model.Name,
            Sector = model.Sector,
            DefaultIntervalSeconds = model.DefaultIntervalSeconds,
        };
        write.Rows.Add(row);
        write.Audit.Add("model.add", AuditSubject.Model(row.Code), json => WriteTo(json, row));
        return row;
    }

    private static bool Differs(ModelRow row, DeviceModel model) =>
        (row.Name, row.Sector, row.DefaultIntervalSeconds) != (model.Name, model.Sector, model.DefaultIntervalSeconds);

    private static void WriteTo(Utf8JsonWriter json, ModelRow row)
    {
        json.WriteString("name", row.Name);
        json.WriteString("sector", row.Sector);
        json.WriteNumber("interval", row.DefaultIntervalSeconds);
    }
}
