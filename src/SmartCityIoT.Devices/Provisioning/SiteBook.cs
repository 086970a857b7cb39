using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database.Rows;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Finds or makes the sites that one write names.</summary>
internal sealed class SiteBook
{
    private readonly RegistryWrite write;
    private readonly Dictionary<string, SiteRow> sites;
    private readonly HashSet<string> areas;
    private readonly HashSet<string> made = new(StringComparer.Ordinal);

    private SiteBook(RegistryWrite write, Dictionary<string, SiteRow> sites, HashSet<string> areas)
    {
        this.write = write;
        this.sites = sites;
        this.areas = areas;
    }

    public static async Task<SiteBook> OpenAsync(RegistryWrite write, IEnumerable<NewSite> named, CancellationToken cancellation)
    {
        var codes = named.Select(site => site.Code).ToHashSet(StringComparer.Ordinal);
        var sites = codes.Count == 0
            ? []
            : await write.Context.Sites.Where(site => codes.Contains(site.Code))
                .ToDictionaryAsync(site => site.Code, StringComparer.Ordinal, cancellation).ConfigureAwait(false);
        var areas = await write.Context.Areas.Select(area => area.Code).ToListAsync(cancellation).ConfigureAwait(false);
        return new SiteBook(write, sites, areas.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The site of that code, made when it is new. Its members have passed <see cref="InputRules.Site"/>.</summary>
    public SiteRow FindOrMake(NewSite asked)
    {
        if (asked.Area is not null && !areas.Contains(asked.Area))
        {
            throw new DeviceInputException("site.area", $"site.area '{asked.Area}' is not known");
        }

        if (sites.TryGetValue(asked.Code, out var known))
        {
            Agree(asked, known);
            return known;
        }

        var site = new SiteRow
        {
            Code = asked.Code,
            Name = asked.Name ?? asked.Code,
            Latitude = asked.Latitude ?? throw Missing("site.latitude", asked),
            Longitude = asked.Longitude ?? throw Missing("site.longitude", asked),
            Area = asked.Area,
            IsSimulated = asked.IsSimulated,
        };
        write.Rows.Add(site);
        sites.Add(site.Code, site);
        made.Add(site.Code);
        return site;
    }

    /// <summary>The member "site" of an audit row: the code, and for a site that this write makes all that it was given.</summary>
    public void WriteTo(Utf8JsonWriter json, SiteRow site)
    {
        json.WriteStartObject("site");
        json.WriteString("code", site.Code);
        // The first device at a new site brings it; the others only name it.
        if (made.Remove(site.Code))
        {
            json.WriteString("name", site.Name);
            json.WriteNumber("latitude", site.Latitude);
            json.WriteNumber("longitude", site.Longitude);
            json.WriteString("area", site.Area);
            json.WriteBoolean("simulated", site.IsSimulated);
        }

        json.WriteEndObject();
    }

    private static void Agree(NewSite asked, SiteRow known)
    {
        if (asked.Name is not null && asked.Name != known.Name) throw Differs("site.name", known.Name, known);
        if (asked.Latitude is { } latitude && !latitude.Equals(known.Latitude)) throw Differs("site.latitude", known.Latitude, known);
        if (asked.Longitude is { } longitude && !longitude.Equals(known.Longitude)) throw Differs("site.longitude", known.Longitude, known);
        if (asked.Area is not null && asked.Area != known.Area) throw Differs("site.area", known.Area ?? "", known);
    }

    private static DeviceConflictException Differs(string member, object value, SiteRow known) =>
        new(member, FormattableString.Invariant($"{member} of site '{known.Code}' is registered as '{value}'"));

    private static DeviceInputException Missing(string member, NewSite asked) =>
        new(member, $"{member} is missing: site '{asked.Code}' is new");
}
