using System.Globalization;
using System.Text;
using System.Text.Json;
using SmartCityIoT.Server.Decode;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Tests.Decode;

public class DecodeCommandTests
{
    private static readonly SectorCatalog Catalog = new([.. new[] { "traffic", "water", "lighting" }.Select(sector =>
        SectorPackReader.Parse(sector, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", sector, "pack.json"))))]);

    private static readonly JsonElement[] Golden = [.. JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "frames.json"))).RootElement.EnumerateArray()];

    [Fact]
    public void Every_golden_frame_is_printed_as_it_says()
    {
        var lines = Decode(string.Join('\n', Golden.Select(golden => golden.GetProperty("hex").GetString())));

        Assert.Equal(Golden.Length, lines.Length);
        foreach (var (golden, line) in Golden.Zip(lines)) CheckGolden(golden, line);
    }

    [Fact]
    public void The_members_stand_in_a_fixed_order()
    {
        var printed = Golden.Zip(Decode(string.Join('\n', Golden.Select(golden => golden.GetProperty("hex").GetString()))))
            .Where(pair => pair.First.GetProperty("expect").GetString() == "Ok")
            .Select(pair => (Type: pair.First.GetProperty("type").GetString(), Names: string.Join(' ', Parse(pair.Second).EnumerateObject().Select(member => member.Name))));

        const string Header = "status type sector schema flags boot seq device time";
        foreach (var (type, names) in printed)
        {
            var body = type switch { "periodic" => "records", "batch" => "interval records", "event" => "event", "boot" => "boot_body", _ => "ack" };
            Assert.Equal($"{Header} {body}", names);
        }
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("zz")]
    [InlineData("b31")]
    [InlineData(" ")]
    [InlineData("b3 11")]
    [InlineData("0xb311")]
    [InlineData("b3\r11")]
    [InlineData("b3\r\r")]
    public void A_line_that_is_not_hex_says_so(string line) => Assert.Equal(["{\"status\":\"NotHex\"}"], Decode(line + "\n"));

    [Fact]
    public void Every_line_has_its_answer_the_empty_one_included()
    {
        Assert.Equal(["{\"status\":\"TooShort\"}"], Decode("\n"));
        Assert.Equal(["{\"status\":\"TooShort\"}", "{\"status\":\"NotHex\"}", "{\"status\":\"TooShort\"}"], Decode("\r\nx\r\nB3"));
        Assert.Empty(Decode(""));
    }

    [Fact]
    public void A_record_of_a_newer_schema_is_printed_with_its_known_fields()
    {
        var golden = Golden.First(golden => golden.GetProperty("expect").GetString() == "SchemaNewer");
        var printed = Parse(Assert.Single(Decode(golden.GetProperty("hex").GetString()!)));

        Assert.Equal("SchemaNewer", printed.GetProperty("status").GetString());
        var record = printed.GetProperty("records")[0];
        Assert.Equal(printed.GetProperty("time").GetInt64(), record.GetProperty("time").GetInt64());
        Assert.NotEmpty(record.GetProperty("raw").EnumerateObject());
    }

    [Fact]
    public void Samples_without_a_clock_count_from_zero()
    {
        var golden = Golden.First(golden => golden.TryGetProperty("interval", out _) && golden.GetProperty("time").GetInt64() == 0);
        var printed = Parse(Assert.Single(Decode(golden.GetProperty("hex").GetString()!)));

        var step = 1000L * golden.GetProperty("interval").GetInt64();
        Assert.Equal(
            Enumerable.Range(0, golden.GetProperty("raw").GetArrayLength()).Select(sample => sample * step),
            printed.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("time").GetInt64()));
    }

    [Fact]
    public void A_line_of_any_length_is_judged_in_fixed_memory()
    {
        var hex = Golden[1].GetProperty("hex").GetString()!;
        var long1 = hex + new string('0', 500_000);
        Assert.Equal(
            ["{\"status\":\"BadLength\"}", "{\"status\":\"NotHex\"}", "{\"status\":\"NotHex\"}", "{\"status\":\"BadMagic\"}"],
            Decode($"{long1}\n{long1}0\n{long1}0x\n{new string('a', 300_000)}"));
    }

    [Fact]
    public void What_the_reader_hands_out_at_a_time_does_not_matter()
    {
        var text = string.Join("\r\n", Golden.Select(golden => golden.GetProperty("hex").GetString())) + "\r\n";
        using var output = new StringWriter();
        DecodeCommand.Run(new OneByOneReader(text), output, Catalog);
        Assert.Equal(Decode(text), Lines(output.ToString()));
    }

    private static void CheckGolden(JsonElement golden, string line)
    {
        var printed = Parse(line);
        var expect = golden.GetProperty("expect").GetString();
        Assert.Equal(expect, printed.GetProperty("status").GetString());
        if (expect is not ("Ok" or "SchemaNewer")) Assert.Equal($"{{\"status\":\"{expect}\"}}", line);
        if (expect != "Ok") return;

        foreach (var name in (string[])["type", "sector", "schema", "flags", "boot", "seq", "device", "time", "interval", "event", "boot_body", "ack"])
        {
            Assert.Equal(golden.TryGetProperty(name, out var expected), printed.TryGetProperty(name, out var found));
            if (found.ValueKind != JsonValueKind.Undefined) Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(found));
        }

        if (!golden.TryGetProperty("raw", out var raw)) return;
        JsonElement[] raws = raw.ValueKind == JsonValueKind.Array ? [.. raw.EnumerateArray()] : [raw];
        var values = golden.GetProperty("values");
        JsonElement[] physical = values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()] : [values];
        var records = printed.GetProperty("records").EnumerateArray().ToArray();
        Assert.Equal(raws.Length, records.Length);
        for (var sample = 0; sample < records.Length; sample++)
        {
            Assert.Equal(JsonSerializer.Serialize(raws[sample]), JsonSerializer.Serialize(records[sample].GetProperty("raw")));
            CheckValues(physical[sample], records[sample].GetProperty("values"));
        }
    }

    private static void CheckValues(JsonElement expected, JsonElement printed)
    {
        Assert.Equal(expected.EnumerateObject().Select(member => member.Name), printed.EnumerateObject().Select(member => member.Name));
        foreach (var member in expected.EnumerateObject())
        {
            var text = printed.GetProperty(member.Name).GetRawText();
            Assert.DoesNotContain('E', text.ToUpperInvariant());
            Assert.Equal(member.Value.GetDouble(), double.Parse(text, CultureInfo.InvariantCulture));

            // Integers that no double can hold exactly are marked as the decimals they are.
            Assert.Equal(Math.Abs(member.Value.GetDouble()) >= 1L << 53, text.EndsWith(".0", StringComparison.Ordinal));
        }
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private static string[] Decode(string input)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter(new StringBuilder(), CultureInfo.InvariantCulture);
        Assert.Equal(0, DecodeCommand.Run(reader, output, Catalog));
        return Lines(output.ToString());
    }

    private static string[] Lines(string output)
    {
        if (output.Length == 0) return [];
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        return output[..^1].Split('\n');
    }

    /// <summary>Hands out one character at a time, as a slow pipe may.</summary>
    private sealed class OneByOneReader(string text) : TextReader
    {
        private int position;

        public override int Read(char[] buffer, int index, int count)
        {
            if (position == text.Length) return 0;
            buffer[index] = text[position++];
            return 1;
        }
    }
}
