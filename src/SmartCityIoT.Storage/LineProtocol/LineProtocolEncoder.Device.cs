using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// What devices say of themselves. Measurements, beside the fields that every line ends with:
/// <list type="bullet">
/// <item><c>device_event</c>, with the tag <c>sector</c>: <c>code, severity, field</c> (bit), <c>value, threshold</c> (raw, exact to 64 bits), and, where
/// the schema knows the field, <c>field_name</c> and <c>physical_value, physical_threshold</c> in its unit.</item>
/// <item><c>device_boot</c>: <c>firmware_major, firmware_minor, firmware_patch, hardware, reset_cause, previous_uptime</c> (s), <c>backlog</c> (frames).</item>
/// <item><c>device_ack</c>: <c>command_id, result, detail</c>.</item>
/// </list>
/// </summary>
internal sealed partial class LineProtocolEncoder
{
    /// <summary>Most bytes of the fixed fields of an event, without the field's name: the names and up to seven numbers.</summary>
    private const int MaxEventLength = 384;

    private const int MaxBootLength = 192;

    private const int MaxAcknowledgementLength = 96;

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags)
    {
        var found = series.Find(SeriesKind.Event, origin.Device, 0, schema, tags);
        var field = schema.FieldAt(body.Field);
        var name = field is null ? default : found.Plan[field.Bit].QuotedName.AsSpan();
        var lane = Lanes[found.Lane];
        var line = lane.Reserve(found.Prefix.Length + MaxEventLength + name.Length + MaxOriginLength);
        found.Prefix.CopyTo(line);
        var length = WriteField(line, found.Prefix.Length, "code="u8, body.Code);
        length = WriteField(line, length, "i,severity="u8, body.Severity);
        length = WriteField(line, length, "i,field="u8, body.Field);
        length = WriteField(line, length, "i,value="u8, body.Value);
        length = WriteField(line, length, "i,threshold="u8, body.Threshold);
        line[length++] = (byte)'i';
        if (field is not null)
        {
            length += Copy(",field_name="u8, line[length..]);
            length += Copy(name, line[length..]);
            length = WritePhysical(line, length, ",physical_value="u8, body.Value, field.Scale);
            length = WritePhysical(line, length, ",physical_threshold="u8, body.Threshold, field.Scale);
        }

        line[length++] = (byte)',';
        Lanes.Commit(lane, WriteOrigin(line, length, origin, found), origin.Device, origin.Boot, origin.Sequence);
    }

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags)
    {
        var found = series.Find(SeriesKind.Boot, origin.Device, 0, SectorSchema.None, tags);
        var lane = Lanes[found.Lane];
        var line = lane.Reserve(found.Prefix.Length + MaxBootLength + MaxOriginLength);
        found.Prefix.CopyTo(line);
        var length = WriteField(line, found.Prefix.Length, "firmware_major="u8, body.Major);
        length = WriteField(line, length, "i,firmware_minor="u8, body.Minor);
        length = WriteField(line, length, "i,firmware_patch="u8, body.Patch);
        length = WriteField(line, length, "i,hardware="u8, body.HardwareRevision);
        length = WriteField(line, length, "i,reset_cause="u8, body.ResetCause);
        length = WriteField(line, length, "i,previous_uptime="u8, body.PreviousUptime);
        length = WriteField(line, length, "i,backlog="u8, body.Backlog);
        length += Copy("i,"u8, line[length..]);
        Lanes.Commit(lane, WriteOrigin(line, length, origin, found), origin.Device, origin.Boot, origin.Sequence);
    }

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags)
    {
        var found = series.Find(SeriesKind.Acknowledgement, origin.Device, 0, SectorSchema.None, tags);
        var lane = Lanes[found.Lane];
        var line = lane.Reserve(found.Prefix.Length + MaxAcknowledgementLength + MaxOriginLength);
        found.Prefix.CopyTo(line);
        var length = WriteField(line, found.Prefix.Length, "command_id="u8, body.CommandId);
        length = WriteField(line, length, "i,result="u8, body.Result);
        length = WriteField(line, length, "i,detail="u8, body.Detail);
        length += Copy("i,"u8, line[length..]);
        Lanes.Commit(lane, WriteOrigin(line, length, origin, found), origin.Device, origin.Boot, origin.Sequence);
    }

    /// <summary>Fields of many scales meet in one column here, so it is a decimal for all of them.</summary>
    private static int WritePhysical(Span<byte> line, int length, ReadOnlySpan<byte> name, long raw, DecimalScale scale)
    {
        length += Copy(name, line[length..]);
        length += DecimalText.Write(line[length..], raw, scale.Multiplier, scale.Digits);
        return scale.Digits == 0 ? length + Copy(".0"u8, line[length..]) : length;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }
}
