using System.Text;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

/// <summary>Text of a small pack, sector 77, around the fields of a test.</summary>
internal static class PackText
{
    public static string Of(string fields) => $$"""
        {
          "sector": 77, "name": "air", "version": "1", "label": { "vi": "Không khí", "en": "Air" },
          "schemas": [ { "schema": 1, "fields": [ {{fields}} ] } ]
        }
        """;

    public static SectorPack Parse(string text) => SectorPackReader.Parse("packs/air/pack.json", Encoding.UTF8.GetBytes(text));

    public static SectorCatalog Catalog(string fields) => new([Parse(Of(fields))]);
}
