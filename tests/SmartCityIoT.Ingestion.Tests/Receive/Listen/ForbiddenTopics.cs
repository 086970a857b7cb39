using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Topics and filters that a device must not get, made out of its own and of another's.</summary>
internal static class ForbiddenTopics
{
    private static readonly string[] Endings = ["up", "status", "down", "up/9", "up/+", "up/#", "+", "#", "+/+", "other", "up/256", "up/09", "up/", "down/1", "$SYS", ""];

    /// <summary>What a naive reading of the rules lets a device publish to.</summary>
    public static bool MayPublish(DoorDevice meter, string topic) =>
        topic == meter.Up || topic == meter.Status || Enumerable.Range(0, 256).Any(port => topic == $"{meter.Up}/{port}");

    /// <summary>The same for subscriptions.</summary>
    public static bool MaySubscribe(DoorDevice meter, string filter) =>
        MayPublish(meter, filter) || filter == meter.Down || new[] { "+", "#", "+/+", "up/+", "up/#" }.Any(ending => filter == meter.Root + ending);

    /// <summary>So many different ones, the same in each run.</summary>
    public static IReadOnlyList<string> Make(DoorDevice own, DoorDevice other, Func<DoorDevice, string, bool> isAllowed, int count)
    {
        var random = new Random(count);
        var made = new HashSet<string>(
        [
            "#", "+/#", "+/+/+/+/+", "sc/#", "sc/v1/#", "sc/v1/+/#", "sc/v1/+/+/up", $"sc/v1/+/{own.Id}/up", $"sc/v1/{own.Id[^2..]}/+/up", $"sc/v1/{own.Id[^2..]}/#", "$SYS/#",
            "$SYS/broker/uptime", "$share/g/" + own.Up, "$share/g/#", "$share/" + own.Up, "$queue/" + own.Up, "/" + own.Up, own.Up + "/", "/", "//", " " + own.Up, own.Up + " ", own.Root,
            own.Root[..^1], own.Up.ToUpperInvariant(), own.Down.Replace("/down", "//down", StringComparison.Ordinal), $"sc/v1/{other.Id[^2..]}/{own.Id}/up", other.Root + "#",
            other.Up, other.Status, other.Down, other.Up + "/9", $"spBv1.0/g/DDATA/{own.Id}", own.Up + "\u00e9", own.Up + "/\u0661",
        ]);
        while (made.Count(topic => !isAllowed(own, topic)) < count)
        {
            var root = random.Next(10) switch
            {
                0 => other.Root,
                1 => own.Root.Replace("sc/", "SC/", StringComparison.Ordinal),
                2 => own.Root.Replace("v1", random.Next(2) == 0 ? "v2" : "+", StringComparison.Ordinal),
                3 => $"sc/v1/{random.Next(256):x2}/{own.Id}/",
                4 => $"sc/v1/{own.Id[^2..]}/{other.Id}/",
                5 => $"$share/{random.Next(99)}/{own.Root}",
                6 => $"${own.Root}",
                7 => $"sc/v1/+/{(random.Next(2) == 0 ? own.Id : "+")}/",
                8 => Flip(own.Root, random),
                _ => own.Root,
            };
            made.Add(root + Endings[random.Next(Endings.Length)]);
        }

        return [.. made.Where(topic => topic.Length > 0 && !isAllowed(own, topic)).Take(count)];
    }

    private static string Flip(string text, Random random)
    {
        var letters = new StringBuilder(text);
        letters[random.Next(letters.Length)] = "0123456789abcdef/+#$ "[random.Next(21)];
        return letters.ToString();
    }
}
