using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests.Influx;

public class StoreOutcomeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, "", StoreVerdict.Written)]
    [InlineData(204, "", StoreVerdict.Written)]
    [InlineData(400, """{"error":"unable to parse 'x': missing fields"}""", StoreVerdict.Bisect)]
    [InlineData(400, "cannot parse line", StoreVerdict.Bisect)]
    [InlineData(400, """{"error":"database is required"}""", StoreVerdict.KeepAndAlert)]
    [InlineData(422, """{"code":"unprocessable entity","message":"field type conflict"}""", StoreVerdict.Bisect)]
    [InlineData(400, """{"error":"partial write of line protocol occurred","data":[{"original_line":"m","line_number":2,"error_message":"no"}]}""", StoreVerdict.Bisect)]
    [InlineData(422, """{"error":"Adding a new database would exceed limit of 5 databases"}""", StoreVerdict.KeepAndAlert)]
    [InlineData(422, """{"error":"Update to schema would exceed number of columns per table limit of 500 columns"}""", StoreVerdict.Bisect)]
    [InlineData(401, """{"error":"authorization failed"}""", StoreVerdict.KeepAndAlert)]
    [InlineData(403, """{"error":"\"smart\" user is not authorized to write to database"}""", StoreVerdict.KeepAndAlert)]
    [InlineData(404, """{"error":"database not found: \"x\""}""", StoreVerdict.KeepAndAlert)]
    [InlineData(405, "", StoreVerdict.KeepAndAlert)]
    [InlineData(301, "", StoreVerdict.KeepAndAlert)]
    [InlineData(408, "", StoreVerdict.Retry)]
    [InlineData(413, """{"code":"request too large"}""", StoreVerdict.Halve)]
    [InlineData(429, "", StoreVerdict.Wait)]
    [InlineData(503, "", StoreVerdict.Wait)]
    [InlineData(500, """{"error":"timeout"}""", StoreVerdict.Retry)]
    [InlineData(500, """{"error":"retention policy not found: nope"}""", StoreVerdict.KeepAndAlert)]
    [InlineData(502, "<html>", StoreVerdict.Retry)]
    [InlineData(504, "", StoreVerdict.Retry)]
    [InlineData(507, "", StoreVerdict.Retry)]
    [InlineData(0, "Connection refused", StoreVerdict.Retry)]
    public void The_answer_alone_decides(int status, string body, object verdict) =>
        Assert.Equal((StoreVerdict)verdict, StoreOutcome.Of(new StoreReply(status, null, "application/json", body), Now).Verdict);

    [Fact]
    public void A_web_page_instead_of_a_store_refuses_no_line() => Assert.Equal(
        StoreVerdict.KeepAndAlert, StoreOutcome.Of(new StoreReply(400, null, "text/html", "<h1>Bad Request</h1>"), Now).Verdict);

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "Mon, 23 Nov 2026 12:01:30 GMT", 90)]
    [InlineData(503, "Mon, 23 Nov 2026 11:00:00 GMT", 0)]
    [InlineData(503, "99999999", 3600)]
    [InlineData(503, "soon", null)]
    [InlineData(503, "-3", null)]
    [InlineData(503, null, null)]
    public void The_pause_is_the_one_that_the_server_asks_for(int status, string? header, int? seconds) => Assert.Equal(
        seconds is { } pause ? TimeSpan.FromSeconds(pause) : null, StoreOutcome.Of(new StoreReply(status, header, null, ""), Now).RetryAfter);

    [Theory]
    [InlineData("""{"error":"partial write: points beyond retention policy dropped=3"}""", "partial write: points beyond retention policy dropped=3", 3)]
    [InlineData("""{"code":"invalid","message":"two\nlines"}""", "two lines", 0)]
    [InlineData("""{"error":cut""", """{"error":cut""", 0)]
    [InlineData("[1]", "[1]", 0)]
    [InlineData("", "HTTP status 400", 0)]
    public void The_reason_is_the_server_s_own_words_in_one_line(string body, string reason, int dropped)
    {
        var outcome = StoreOutcome.Of(new StoreReply(400, null, "application/json", body), Now);
        Assert.Equal((reason, dropped), (outcome.Reason, outcome.Dropped));
    }

    [Fact]
    public void A_long_page_of_words_is_cut_in_the_middle()
    {
        var reason = StoreOutcome.Of(new StoreReply(400, null, null, $"unable to parse '{new string('x', 60_000)}': max key length exceeded"), Now).Reason;
        Assert.InRange(reason.Length, 100, 600);
        Assert.StartsWith("unable to parse", reason, StringComparison.Ordinal);
        Assert.EndsWith("max key length exceeded", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"partial write of line protocol occurred","data":[{"line_number":9,"error_message":"b"},{"line_number":2,"error_message":"a\n1"}]}""", "1 a 1, 8 b", true)]
    [InlineData("""{"error":"parsing failed for write_lp endpoint","data":{"original_line":"m","line_number":1,"error_message":"a"}}""", "0 a", false)]
    [InlineData("""{"error":"parsing failed for write_lp endpoint","data":[{"line_number":1,"error_message":"a"}]}""", "0 a", false)]
    [InlineData("""{"error":"partial write of line protocol occurred","data":[{"line_number":1,"error_message":"a"},{"line_number":0,"error_message":"b"}]}""", "", false)]
    [InlineData("""{"error":"partial write of line protocol occurred","data":[{"line_number":1},3]}""", "", false)]
    [InlineData("""{"error":"partial write of line protocol occurred","data":[{"line_number":1,"error_mess""", "", false)]
    [InlineData("""{"error":"partial write of line protocol occurred","data":null}""", "", false)]
    [InlineData("""{"error":"unable to parse 'x'"}""", "", false)]
    public void Lines_that_the_answer_names_are_read_from_it(string body, string lines, bool tookTheRest)
    {
        var named = StoreOutcome.Of(new StoreReply(400, null, "application/json", body), Now).Named;
        Assert.Equal((lines, tookTheRest), (string.Join(", ", named.Lines.Select(line => $"{line.Line} {line.Reason}")), named.TookTheRest));
    }

    [Fact]
    public void A_list_of_a_hundred_lines_may_be_cut() => Assert.False(StoreOutcome.Of(
        new StoreReply(400, null, null, $$"""{"error":"partial write","data":[{{string.Join(',', Enumerable.Range(1, 100).Select(line => $$"""{"line_number":{{line}},"error_message":"a"}"""))}}]}"""),
        Now).Named.TookTheRest);

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public void What_a_person_must_mend_says_how(int status) => Assert.NotNull(StoreOutcome.Of(new StoreReply(status, null, null, ""), Now).Remedy);
}
