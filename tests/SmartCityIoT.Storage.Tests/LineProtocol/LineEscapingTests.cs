using SmartCityIoT.Storage.LineProtocol;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

public class LineEscapingTests
{
    [Theory]
    [InlineData("W1", "W1")]
    [InlineData("Hồ Ea Kao", @"Hồ\ Ea\ Kao")]
    [InlineData("a,b=c d", @"a\,b\=c\ d")]
    [InlineData(@"a\b", @"a\b")]
    [InlineData(@"a\\b", @"a\\b")]
    [InlineData(@"a\,b", @"a\\,b")]
    [InlineData(@"end\", "end_")]
    [InlineData(@"end\\", "end__")]
    [InlineData(@"\", "_")]
    [InlineData("two\nlines\r\t", "two_lines__")]
    [InlineData("say \"no\"", "say\\ \"no\"")]
    public void A_tag_value_is_escaped_as_InfluxDB_reads_it(string value, string expected) => Assert.Equal(expected, LineEscaping.Name(value));

    [Theory]
    [InlineData("a=b c,d", @"a=b\ c\,d")]
    [InlineData(@"a\b", @"a\b")]
    [InlineData(@"a\,b\=c\ d\\e", @"a_\,b_=c_\ d_\e")]
    public void A_measurement_keeps_its_equals_signs(string value, string expected) => Assert.Equal(expected, LineEscaping.Measurement(value));

    [Theory]
    [InlineData("a=b c,d", @"a\=b\ c\,d")]
    [InlineData(@"a\,b\=c\ d\\e\", @"a_\,b_\=c_\ d_\e_")]
    public void A_field_key_has_no_backslash_where_InfluxDB_would_read_another(string value, string expected) => Assert.Equal(expected, LineEscaping.FieldKey(value));

    [Theory]
    [InlineData("flow", "\"flow\"")]
    [InlineData("a\"b\\c d", "\"a\\\"b\\\\c d\"")]
    [InlineData("a\nb", "\"a_b\"")]
    public void A_text_is_quoted(string value, string expected) => Assert.Equal(expected, LineEscaping.Text(value));
}
